/**
 * What a command answers, as bytes that are kept for a client's retries:
 *
 *   byte      0 ok, 1 ok with a version, 2 error, 3 ok with a result, 4 refused
 *   …         the version; or the error's code, then the numbers of its text; or the result; or the
 *             refusal's tag, then the words of its text
 *
 * An error's text is made when it is read: kept as text, a change of wording would make the rows of
 * an older member differ from those of a newer one.
 */
import {
  createReader,
  endOf,
  isAtEnd,
  readByte,
  readNumber,
  readRest,
  readText,
} from './byte-reader.ts';
import type { Reader } from './byte-reader.ts';
import {
  createWriter,
  NUMBER_BYTES_MAX,
  writeByte,
  writeBytes,
  writeNumber,
  writeText,
  written,
} from './byte-writer.ts';
import { Malformed } from './errors.ts';
import { explainRefusal, tagOfRefusal } from './resources/refusal.ts';
import type { Refusal, RefusalKind } from './resources/refusal.ts';

const OK = 0;
const OK_VERSION = 1;
const ERROR = 2;
const OK_RESULT = 3;
const REFUSED = 4;

interface ErrorFacts {
  /** Names it in replies: never used again for another. */
  readonly tag: number;
  readonly text: (...numbers: readonly number[]) => string;
}

const NEXT_STEP =
  'read what you wrote, then go on under a new robustmq-client-id with robustmq-request-id 1';

const ERRORS = {
  outcomeUnknown: {
    tag: 1,
    text: (id = 0, last = 0) =>
      last === 0
        ? `outcome unknown: nothing is remembered of this client, so request ${id} may have been carried out already; ${NEXT_STEP}`
        : `outcome unknown: the last request of this client was ${last}, and what became of request ${id} before it is not remembered; ${NEXT_STEP}`,
  },
  clientsFull: {
    tag: 2,
    text: (clients = 0, idleMs = 0) =>
      `${clients} clients numbered their writes within the last ${idleMs / 60_000} minutes, and no more are remembered; write without robustmq-client-id, or try again later`,
  },
  versionNotAnnounced: {
    tag: 3,
    text: (version = 0) =>
      `not every member has announced that it can apply commands of version ${version}; the active version stays`,
  },
  versionLowered: {
    tag: 4,
    text: (version = 0, active = 0) =>
      `the active version of commands is ${active} and cannot go back to ${version}`,
  },
  memberTooOld: {
    tag: 5,
    text: (version = 0, active = 0) =>
      `this member can apply commands up to version ${version}, but version ${active} is active; start it with a newer version of the program`,
  },
  versionNotActive: {
    tag: 6,
    text: (version = 0, active = 0) =>
      `the command needs version ${version}, but version ${active} is active`,
  },
} as const satisfies Record<string, ErrorFacts>;

/** Why a command was turned away in apply. */
export type ReplyErrorCode = keyof typeof ERRORS;

/** The answer of a command. */
export type Reply =
  | { readonly kind: 'ok' }
  | { readonly kind: 'okVersion'; readonly version: number }
  | { readonly kind: 'okResult'; readonly result: Uint8Array }
  | ReplyError
  | ReplyRefused;

/** Nothing was changed, and why. */
export interface ReplyError {
  readonly kind: 'error';
  readonly code: ReplyErrorCode;
  /** For people: what happened, what to do. */
  readonly text: string;
}

/** Nothing was changed, for what is or is not there. */
export interface ReplyRefused {
  readonly kind: 'refused';
  readonly refusal: RefusalKind;
  /** In the words of v0.4.11. */
  readonly text: string;
}

/** One for all: made anew it would cost more than the rest of a plain write. Do not change it. */
export const OK_REPLY: Uint8Array = Uint8Array.of(OK);

export function encodeVersion(version: number): Uint8Array {
  const writer = createWriter(1 + NUMBER_BYTES_MAX);
  writeByte(writer, OK_VERSION);
  writeNumber(writer, version);
  return written(writer);
}

/** @param result in the layout of its operation. */
export function encodeResult(result: Uint8Array): Uint8Array {
  if (result.length === 0) return OK_REPLY;
  const writer = createWriter(1 + result.length);
  writeByte(writer, OK_RESULT);
  writeBytes(writer, result);
  return written(writer);
}

export function encodeRefusal(refusal: Refusal): Uint8Array {
  const writer = createWriter(64);
  writeByte(writer, REFUSED);
  writeNumber(writer, tagOfRefusal(refusal));
  for (const word of refusal.words) writeText(writer, word);
  return written(writer);
}

/** @param numbers what its text speaks of, in the order of the table. */
export function encodeError(code: ReplyErrorCode, ...numbers: readonly number[]): Uint8Array {
  const writer = createWriter(2 + numbers.length * NUMBER_BYTES_MAX);
  writeByte(writer, ERROR);
  writeByte(writer, ERRORS[code].tag);
  for (const number of numbers) writeNumber(writer, number);
  return written(writer);
}

/** Throws `Malformed` for what is no reply. */
export function decodeReply(bytes: Uint8Array): Reply {
  const reader = createReader(bytes, 'reply');
  const kind = readByte(reader);
  switch (kind) {
    case OK:
      endOf(reader);
      return { kind: 'ok' };
    case OK_VERSION: {
      const version = readNumber(reader);
      endOf(reader);
      return { kind: 'okVersion', version };
    }
    case ERROR: {
      const code = codeOf(readByte(reader));
      const numbers: number[] = [];
      while (!isAtEnd(reader)) numbers.push(readNumber(reader));
      return { kind: 'error', code, text: textOf(code, numbers) };
    }
    case OK_RESULT:
      return { kind: 'okResult', result: readRest(reader) };
    case REFUSED:
      return readRefusal(reader);
    default:
      throw new Malformed('reply', `kind ${kind}`);
  }
}

function readRefusal(reader: Reader): ReplyRefused {
  const tag = readNumber(reader);
  const words: string[] = [];
  while (!isAtEnd(reader)) words.push(readText(reader));
  const explained = explainRefusal(tag, words);
  if (explained === undefined) throw new Malformed('reply', `refusal ${tag}`);
  return { kind: 'refused', refusal: explained.kind, text: explained.text };
}

const textOf = (code: ReplyErrorCode, numbers: readonly number[]): string => {
  const { text }: ErrorFacts = ERRORS[code];
  return text(...numbers);
};

const codes: ReadonlyMap<number, ReplyErrorCode> = new Map(
  (Object.keys(ERRORS) as ReplyErrorCode[]).map((code) => [ERRORS[code].tag, code]),
);

function codeOf(tag: number): ReplyErrorCode {
  const code = codes.get(tag);
  if (code === undefined) throw new Malformed('reply', `error ${tag}`);
  return code;
}
