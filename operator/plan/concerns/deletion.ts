import type { Picture } from '../picture.ts';
import { wait } from '../step.ts';
import type { Step } from '../step.ts';

/** A cluster that is being deleted is left to Kubernetes: owners' references do all of it. */
export const deletion = ({ seen }: Picture): Step | undefined =>
  seen.cluster.metadata.deletionTimestamp === undefined
    ? undefined
    : wait('Deleting', 'the resource is being deleted', 'all');
