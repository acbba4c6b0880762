import type { Picture } from '../picture.ts';
import { wait } from '../step.ts';
import type { Step } from '../step.ts';

/** Looks on. */
export const paused = ({ seen }: Picture): Step | undefined =>
  seen.cluster.spec.paused ? wait('Paused', 'spec.paused is true', 'all') : undefined;
