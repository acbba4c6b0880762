import type { Boot } from './boot.ts';
import { checkEntry } from './entry.ts';
import { isRecord } from './given.ts';
import { isCount, isMemberId, isTerm } from './ids.ts';
import { invariant } from './invariant.ts';
import { checkSnapshotPosition } from './snapshot-position.ts';

/**
 * Refuses what no core could have left on a disk, part by part. What the parts say of each other is
 * for `restore` to compare.
 */
export function checkBoot(boot: Boot): void {
  const { id, hardState, state, log, seed } = boot;
  const entries: unknown = boot.entries;
  invariant(isMemberId(id), 'a member has an id', { id });
  invariant(Number.isSafeInteger(seed), 'a seed is a safe integer', { seed });
  checkHardState(hardState);
  checkSnapshotPosition(state);
  checkOutline(log);
  invariant(Array.isArray(entries), 'entries are a list', { entries });
  for (const entry of boot.entries) checkEntry(entry);
}

function checkHardState(hardState: Boot['hardState']): void {
  const given: unknown = hardState;
  invariant(
    isRecord(given) &&
      isTerm(hardState.term) &&
      (hardState.vote === undefined || isMemberId(hardState.vote)),
    'a member is in a term, and has voted for a member or not at all',
    { hardState },
  );
}

function checkOutline(log: Boot['log']): void {
  const given: unknown = log;
  invariant(
    isRecord(given) && isRecord(given['base']) && Array.isArray(given['terms']),
    'a log has a base, and the terms behind it',
    { log },
  );
  const { base, terms, last } = log;
  invariant(
    isCount(base.index) &&
      isTerm(base.term) &&
      isCount(last) &&
      terms.every((run) => isCount(run.first) && isTerm(run.term)),
    'a log lies between two indexes, and every run of it has a first one and a term',
    { base, terms, last },
  );
}
