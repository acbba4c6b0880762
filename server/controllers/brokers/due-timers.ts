/** Sessions end, and wills fall due, when their time has come. */
import { timer } from '../../state/registry/timer.ts';
import { fireTimers } from '../../state/registry/will.ts';
import { propose } from './duty.ts';
import type { Duty } from './duty.ts';

/** As many in one entry of the log: some 50 ms of work, for every member. */
const FIRED_MAX = 500;

export const dueTimers: Duty = {
  goesOn: true,
  look: ({ records, timeMs }) => {
    for (const { due_ms } of records.list(timer, [])) {
      return due_ms > BigInt(timeMs) ? [] : [propose('', fireTimers, { most: FIRED_MAX })];
    }
    return [];
  },
};
