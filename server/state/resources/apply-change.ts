/** What a change does to rows, what it answers, and what brokers are told of it. */
import type { Change } from '../command.ts';
import { encodeRefusal, encodeResult } from '../reply.ts';
import type { Applied, ReadRange, ReadRow } from '../row-access.ts';
import { activeVersion } from '../versions.ts';
import type { OperationFacts } from './operation.ts';
import { changeRecords } from './records.ts';
import type { Refusal } from './refusal.ts';
import { keepTold, TOLD_SINCE } from './told.ts';

/** The state that a command meets. */
export interface Met {
  readonly read: ReadRow;
  readonly range: ReadRange;
  /** Of the command. */
  readonly index: number;
  /** As much is kept of what is gone. */
  readonly goneBytesMax: number;
}

/** All of it is done, or nothing. */
export function applyChange(
  { read, range, index, goneBytesMax }: Met,
  operation: OperationFacts,
  { args, timeMs }: Change,
): Applied {
  const { records, rows, pushes, overflow } = changeRecords(read, range, { index, timeMs });
  const outcome = operation.run(records, args);
  if (outcome.kind === 'refused') return refused(outcome.refusal);
  const tooLong = overflow();
  if (tooLong !== undefined) return refused(tooLong);
  if (activeVersion(read) >= TOLD_SINCE) {
    keepTold({ read, range, bytesMax: goneBytesMax }, rows, pushes, { index, timeMs });
  }
  return { rows, reply: encodeResult(outcome.result), pushes };
}

const refused = (refusal: Refusal): Applied => ({
  rows: new Map(),
  reply: encodeRefusal(refusal),
});
