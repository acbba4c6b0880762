/**
 * The replicated state machine of a run: a map from a few keys to strings. Every row counts the
 * commands that were carried out on it, so that a command applied twice shows in the state's hash
 * even where its effect would not. Numbered writes go through the retries of the real state, and what
 * brokers ask for is carried out by the real one, beside the map.
 */
import { invariant } from '../../raft/invariant.ts';
import type { Applied, Machine, ReadRow } from '../../ports/machine.ts';
import type { Request } from '../../state/command.ts';
import { createMachine, MACHINE_RULES } from '../../state/machine.ts';
import { GONE_BYTES_MAX } from '../brokers/options.ts';
import { applyNumbered, RETRY_LIMITS } from '../../state/retries.ts';
import { applyCheck, isCheck } from './compared-state.ts';
import type { Operation, OperationResult } from './operation.ts';

/** A change of the map. Reads do not go through the log. */
export type Write = Exclude<Operation, { readonly kind: 'get' }>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What makes a write one that can be sent again. */
export interface Numbered {
  readonly request: Request;
  /** When it was sent first. */
  readonly timeMs: number;
}

/** A write by itself, or behind its number: what is numbered begins with another byte. */
type Submission = Write | readonly [client: string, id: number, timeMs: number, write: Write];

/** The command of a write; one that is numbered is the same command whenever it is sent again. */
export function encodeWrite(write: Write, numbered?: Numbered): Uint8Array {
  if (numbered === undefined) return encoder.encode(JSON.stringify(write));
  const { request, timeMs } = numbered;
  const submission: Submission = [request.client, request.id, timeMs, write];
  return encoder.encode(JSON.stringify(submission));
}

const decode = (command: Uint8Array): Submission =>
  JSON.parse(decoder.decode(command)) as Submission;

const LIST_BEGINS = 0x5b;

/** The number of a command that has one. */
export function requestOf(command: Uint8Array): Request | undefined {
  // Most have none: every property that asks would read all of them.
  if (command[0] !== LIST_BEGINS) return undefined;
  const submission = decode(command);
  if ('kind' in submission) return undefined;
  const [client, id] = submission;
  return { client, id };
}

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

/** Keeps little of the past for brokers that were away: it would make all snapshots long. */
const ofBrokers = createMachine({ ...MACHINE_RULES, goneBytesMax: GONE_BYTES_MAX });

/** The machine of simulated members: writes to registers, numbered ones once, and comparisons. */
export const applyWrite: Machine = (read, command, index, range) => {
  if (isCheck(command)) return applyCheck(read);
  if (isOfBrokers(command)) return ofBrokers(read, command, index, range);
  const submission = decode(command);
  if ('kind' in submission) return applyOnce(read, submission);
  const [client, id, timeMs, write] = submission;
  return applyNumbered(read, { client, id }, timeMs, RETRY_LIMITS, () => applyOnce(read, write));
};

/** Whether a command is one of the real state: their first byte is its format. */
export const isOfBrokers = (command: Uint8Array): boolean => command[0] === 1;

/** Whether rows are those of a write that was carried out, and not of one that was only answered. */
export const isCarriedOut = ({ rows, check }: Applied): boolean =>
  check === true || [...rows.keys()].some((key) => key.startsWith(ROW_PREFIX));

function applyOnce(read: ReadRow, write: Write): Applied {
  const key = rowKey(write.key);
  const row = parseRow(read(key));
  const { value, result } = carryOut(write, row.value);
  const written = encoder.encode(`${row.version + 1}:${value}`);
  return { rows: new Map([[key, written]]), reply: encodeResult(result) };
}

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

/** What a command was answered. `turnedAway`: nothing is known of its number, or too much. */
export type WriteReply =
  { readonly kind: 'result'; readonly result: OperationResult } | { readonly kind: 'turnedAway' };

/** What the machine answered; an answer without bytes says that the write was carried out, and no more. */
export function decodeReply(reply: Uint8Array): WriteReply {
  // The first byte of an error; no JSON begins with it.
  if (reply[0] === 2) return { kind: 'turnedAway' };
  if (reply.length === 0) return { kind: 'result', result: undefined };
  const text = decoder.decode(reply);
  invariant(/^("|true|false)/.test(text), 'a write is answered with what a write comes to', {
    text,
  });
  return { kind: 'result', result: JSON.parse(text) as OperationResult };
}
