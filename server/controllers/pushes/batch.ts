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
  limits: BatchLimits,
): Batch {
  const gathering = createGathering(limits);
  let end = start;
  for (let line = outbox.at(end); line !== undefined; line = outbox.at(end)) {
    if (!gathering.add(toldOf(line, to))) break;
    end += 1;
  }
  return { records: gathering.records, end };
}

/** Records of one batch. */
export interface Gathering {
  readonly records: readonly Push[];
  /** Takes those that belong together, unless they do not fit behind what there is. */
  add(records: readonly Push[]): boolean;
}

export function createGathering({ recordsMax, bytesMax }: BatchLimits): Gathering {
  const records: Push[] = [];
  let bytes = 0;
  return {
    records,
    add: (more) => {
      const after = more.reduce((sum, { payload }) => sum + payload.length, bytes);
      const fits = records.length + more.length <= recordsMax && after <= bytesMax;
      if (!fits && records.length > 0) return false;
      records.push(...more);
      bytes = after;
      return true;
    },
  };
}

function toldOf({ index, push }: Line, { broker, uncertainTo }: Addressee): readonly Push[] {
  // It knows what it has caused itself.
  if (push.except === broker) return [];
  return index <= uncertainTo ? repeatable(push) : [push];
}

/** Brokers append a member to a group each time they are told; everything else may be told again. */
export const repeatable = (push: Push): readonly Push[] =>
  push.type === 'ShareGroupMember' && push.action !== 'Delete'
    ? [{ ...push, action: 'Delete' }, push]
    : [push];
