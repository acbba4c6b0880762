import type { Push } from '../resources/push.ts';
import { decodeReply } from '../reply.ts';
import type { Reply } from '../reply.ts';
import { encodeCommand } from '../command-codec.ts';
import type { Command } from '../command.ts';
import { machine } from '../machine.ts';
import type { StateMachine } from '../machine.ts';
import type { ReadRange, ReadRow, Rows } from '../row-access.ts';

/** Rows in a map, and a machine that works on them. */
export interface Replica {
  readonly rows: ReadonlyMap<string, Uint8Array>;
  readonly read: ReadRow;
  readonly range: ReadRange;
  /** What brokers were to be told of so far, in order. */
  readonly pushes: readonly Push[];
  /** The reply to a command. */
  readonly apply: (command: Command) => Reply;
  /** What a command would write. */
  readonly written: (command: Command) => Rows;
  /** All rows by key, values in hex. */
  readonly dump: () => Record<string, string>;
}

export function createReplica(stateMachine: StateMachine = machine): Replica {
  const rows = new Map<string, Uint8Array>();
  const read: ReadRow = (key) => rows.get(key);
  const pushes: Push[] = [];
  let index = 0;
  const range: ReadRange = (prefix, after = '') =>
    [...rows]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .filter(([key]) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0);
  return {
    rows,
    read,
    range,
    pushes,
    apply: (command) => {
      index += 1;
      const applied = stateMachine(read, encodeCommand(command), index, range);
      pushes.push(...(applied.pushes ?? []));
      for (const [key, value] of applied.rows) {
        if (value === undefined) rows.delete(key);
        else rows.set(key, Uint8Array.from(value));
      }
      return decodeReply(applied.reply);
    },
    written: (command) => stateMachine(read, encodeCommand(command), index + 1, range).rows,
    dump: () =>
      Object.fromEntries(
        [...rows]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => [key, Buffer.from(value).toString('hex')]),
      ),
  };
}
