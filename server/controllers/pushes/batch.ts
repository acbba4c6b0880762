/** What goes to a broker in one `UpdateCache`. */
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';
import type { Line, Outbox } from './outbox.ts';

export interface BatchLimits {
  readonly recordsMax: number;
  /** Of payloads; a record that is longer goes alone. */
  readonly bytesMax: number;
}

/** For whom a batch is. */
export interface Addressee {
  readonly broker: bigint;
  /** The entry with which this process registered. */
  readonly registeredAt: Index;
  /** What comes from entries up to this one may have been received already. */
  readonly uncertainTo: Index;
}

export interface Batch {
  readonly records: readonly Push[];
  /** The place after the last line that is in it, or that is not for this broker. */
  readonly end: number;
}

/** The lines from a place on, as many as fit. */
export function batchFrom(
  outbox: Pick<Outbox, 'at'>,
  start: number,
  to: Addressee,
  { recordsMax, bytesMax }: BatchLimits,
): Batch {
  const records: Push[] = [];
  let bytes = 0;
  let end = start;
  for (let line = outbox.at(end); line !== undefined; line = outbox.at(end)) {
    const told = isFor(line, to) ? repeatable(line, to) : [];
    for (const { payload } of told) bytes += payload.length;
    const fits = records.length + told.length <= recordsMax && bytes <= bytesMax;
    if (!fits && records.length > 0) break;
    records.push(...told);
    end += 1;
  }
  return { records, end };
}

/** A process knows what it caused itself, but not what an earlier process of this broker did. */
const isFor = ({ index, push }: Line, { broker, registeredAt }: Addressee): boolean =>
  push.except !== broker || index < registeredAt;

/** Brokers append a member to a group each time they are told; everything else may be told again. */
function repeatable({ index, push }: Line, { uncertainTo }: Addressee): readonly Push[] {
  if (push.type !== 'ShareGroupMember' || push.action === 'Delete') return [push];
  return index <= uncertainTo ? [{ ...push, action: 'Delete' }, push] : [push];
}
