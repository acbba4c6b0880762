/** Goes round the records of a kind, some at a time, so that each has its turn. */
import { rowsWith } from '../../state/resources/key.ts';
import type { Key } from '../../state/resources/key.ts';
import type { Resource } from '../../state/resources/resource.ts';
import type { Moment } from './duty.ts';

export interface Round<Value> {
  /**
   * Offers records in the order of their keys, from the one after that which was taken last; after the
   * last comes the first. Each is offered once at most.
   *
   * @param takes whether this one was seen to; with one that was not, the next look begins.
   */
  look(moment: Pick<Moment, 'range' | 'records'>, takes: (value: Value) => boolean): void;
}

/** @param parts which all keys have first; @param most how many are offered at a look. */
export function createRound<Value>(
  resource: Resource<Value>,
  parts: Key,
  most: number,
): Round<Value> {
  const prefix = rowsWith(resource.table, parts);
  let last: string | undefined;
  return {
    look: ({ range }, takes) => {
      let offered = 0;
      for (const [key, row] of around(range, prefix, last)) {
        if (offered === most || !takes(resource.codec.decode(row))) return;
        offered += 1;
        last = key;
      }
    },
  };
}

function* around(
  range: Moment['range'],
  prefix: string,
  after: string | undefined,
): Generator<readonly [key: string, row: Uint8Array]> {
  let first: string | undefined;
  for (const each of range(prefix, after)) {
    first ??= each[0];
    yield each;
  }
  if (after === undefined) return;
  for (const each of range(prefix)) {
    if (each[0] === first) return;
    yield each;
  }
}
