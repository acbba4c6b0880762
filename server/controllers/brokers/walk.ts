/** Looks at all records of a kind, some at a time: a leader that looked at all at once would stand still. */
import { rowsWith } from '../../state/resources/key.ts';
import type { Resource } from '../../state/resources/resource.ts';
import type { Moment } from './duty.ts';

export interface Walk<Value> {
  /** The next records in the order of their keys; what is written meanwhile shows in part. */
  next(moment: Pick<Moment, 'range'>): {
    readonly records: readonly Value[];
    readonly ended: boolean;
  };
}

/** Names that clients made may be long. */
const STEP_BYTES_MAX = 8 << 20;

/** After its end it begins anew. @param stepRows how many records it looks at at once, if they are not long. */
export function createWalk<Value>(resource: Resource<Value>, stepRows: number): Walk<Value> {
  const prefix = rowsWith(resource.table, []);
  let after: string | undefined;
  return {
    next: ({ range }) => {
      const records: Value[] = [];
      let bytes = 0;
      for (const [key, row] of range(prefix, after)) {
        const isFull = records.length === stepRows || bytes >= STEP_BYTES_MAX;
        if (isFull) return { records, ended: false };
        bytes += row.length;
        records.push(resource.codec.decode(row));
        after = key;
      }
      after = undefined;
      return { records, ended: true };
    },
  };
}
