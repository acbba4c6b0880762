import { isJoint } from '../picture.ts';
import type { Picture } from '../picture.ts';
import { wait } from '../step.ts';
import type { Step } from '../step.ts';

/** A joint configuration is left by the members themselves; no other change begins before. */
export const changeInFlight = (picture: Picture): Step | undefined =>
  picture.leader && isJoint(picture)
    ? wait('ChangingMembers', 'the members are leaving a joint configuration')
    : undefined;
