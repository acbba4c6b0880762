/** Sessions end, and wills fall due, when their time has come. */
import { timer } from '../../state/registry/timer.ts';
import { fireTimers } from '../../state/registry/will.ts';
import { propose } from './duty.ts';
import type { Duty } from './duty.ts';

/** As many in one entry of the log. */
const FIRED_MAX = 100;

export const dueTimers: Duty = {
  look: ({ records, timeMs }) => {
    for (const { due_ms } of records.list(timer, [])) {
      return due_ms > BigInt(timeMs) ? [] : [propose('', fireTimers, { most: FIRED_MAX })];
    }
    return [];
  },
};
