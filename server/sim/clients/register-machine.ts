/**
 * The replicated state machine of a run: a map from a few keys to strings. Every row counts the
 * commands that were carried out on it, so that a command applied twice shows in the state's hash
 * even where its effect would not.
 */
import { invariant } from '../../raft/invariant.ts';
import type { Machine } from '../../ports/machine.ts';
import type { Operation, OperationResult } from './operation.ts';

/** A change of the map. Reads do not go through the log. */
export type Write = Exclude<Operation, { readonly kind: 'get' }>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const encodeWrite = (write: Write): Uint8Array => encoder.encode(JSON.stringify(write));

const decodeWrite = (command: Uint8Array): Write => JSON.parse(decoder.decode(command)) as Write;

const ROW_PREFIX = 'r/';

/** Under which key of the state a key of the map is kept. */
export const rowKey = (key: string): string => ROW_PREFIX + key;

/** A row is `version:value`. */
const parseRow = (row: Uint8Array | undefined): { version: number; value: string } => {
  if (row === undefined) return { version: 0, value: '' };
  const text = decoder.decode(row);
  const colon = text.indexOf(':');
  invariant(colon > 0, 'a row has a version', { text });
  return { version: Number(text.slice(0, colon)), value: text.slice(colon + 1) };
};

/** The value in a row; absent as ''. */
export const rowValue = (row: Uint8Array | undefined): string => parseRow(row).value;

export const applyWrite: Machine = (read, command) => {
  const write = decodeWrite(command);
  const key = rowKey(write.key);
  const row = parseRow(read(key));
  const { value, result } = carryOut(write, row.value);
  const written = encoder.encode(`${row.version + 1}:${value}`);
  return { rows: new Map([[key, written]]), reply: encodeResult(result) };
};

function carryOut(write: Write, before: string): { value: string; result: OperationResult } {
  switch (write.kind) {
    case 'put':
      return { value: write.value, result: undefined };
    case 'append': {
      const value = before + write.token;
      return { value, result: value };
    }
    case 'compareAndSwap':
      return before === write.from
        ? { value: write.to, result: true }
        : { value: before, result: false };
  }
}

const encodeResult = (result: OperationResult): Uint8Array =>
  encoder.encode(result === undefined ? '' : JSON.stringify(result));

/** The result in the reply of a command. */
export function decodeReply(reply: Uint8Array): OperationResult {
  return reply.length === 0 ? undefined : (JSON.parse(decoder.decode(reply)) as OperationResult);
}
