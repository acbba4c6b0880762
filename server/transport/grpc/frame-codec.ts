/** Frames of an exchange, in the layout of `robustmq.raft.v1.ExchangeRequest`. */
import { ExchangeRequest } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { Greeting } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { Message } from '../../raft/message.ts';
import { CodecError } from './codec-error.ts';
import { messageBytesMax, readMessage, writeMessage } from './message-codec.ts';
import { readFields } from './wire-reader.ts';
import {
  NUMBER_BYTES_MAX,
  OPEN_BYTES,
  close,
  createWireWriter,
  open,
  writeBytes,
  writeNumber,
  written,
} from './wire-writer.ts';

/** All messages of a turn to one peer. */
export interface Frame {
  /** Empty: the cluster of the greeting. */
  readonly cluster: string;
  readonly messages: readonly Message[];
  /** Not 0: the receiver repeats it at once. */
  readonly echo: number;
}

/** The first request of an exchange, then the others. */
export type Request =
  | { readonly kind: 'greeting'; readonly greeting: Greeting }
  | {
      readonly kind: 'frame';
      readonly frame: Frame;
      /** How many messages are left out, because they are of kinds that a newer version sends. */
      readonly unknown: number;
    }
  /** Of a kind that a newer version sends. */
  | { readonly kind: 'unknown' };

const GREETING = 1;
const FRAME = 2;
const FRAME_CLUSTER = 1;
const FRAME_MESSAGES = 2;
const FRAME_ECHO = 3;

/** What a greeting looks like on an exchange. */
export const encodeGreeting = (greeting: Greeting): Uint8Array =>
  ExchangeRequest.encode({ kind: { $case: 'greeting', value: greeting } }).finish();

/** A frame, written into one buffer: the data of entries are copied once. */
export function encodeFrame({ cluster, messages, echo }: Frame): Buffer {
  const name = Buffer.from(cluster);
  let bytes = 3 * OPEN_BYTES + NUMBER_BYTES_MAX + name.length;
  for (const message of messages) bytes += OPEN_BYTES + messageBytesMax(message);
  const writer = createWireWriter(bytes);
  const frame = open(writer, FRAME);
  if (name.length > 0) writeBytes(writer, FRAME_CLUSTER, name);
  for (const message of messages) {
    const opened = open(writer, FRAME_MESSAGES);
    writeMessage(writer, message);
    close(writer, opened);
  }
  writeNumber(writer, FRAME_ECHO, echo);
  close(writer, frame);
  return written(writer);
}

/** Entries' data are views of `buffer`. Throws `CodecError`. */
export function decodeRequest(buffer: Buffer): Request {
  let field = 0;
  let from = 0;
  let to = 0;
  const outer = { buffer, at: 0 };
  const piece = (which: number, start: number, stop: number): void => {
    [field, from, to] = [which, start, stop];
  };
  readFields(outer, buffer.length, { numbers: [], piece });
  switch (field) {
    case GREETING:
      return { kind: 'greeting', greeting: decodeGreeting(buffer) };
    case FRAME:
      return decodeFrame(buffer, from, to);
    default:
      return { kind: 'unknown' };
  }
}

function decodeGreeting(buffer: Buffer): Greeting {
  try {
    const { kind } = ExchangeRequest.decode(buffer);
    if (kind?.$case === 'greeting') return kind.value;
  } catch (cause) {
    throw new CodecError('malformed', 'a greeting cannot be read', { cause });
  }
  throw new CodecError('malformed', 'a greeting is empty');
}

function decodeFrame(buffer: Buffer, start: number, end: number): Request {
  const numbers = [0, 0, 0, 0];
  const messages: Message[] = [];
  let cluster = '';
  let unknown = 0;
  const piece = (field: number, from: number, to: number): void => {
    if (field === FRAME_CLUSTER) cluster = buffer.toString('utf8', from, to);
    if (field !== FRAME_MESSAGES) return;
    const message = readMessage({ buffer, at: from }, to);
    if (message === undefined) unknown += 1;
    else messages.push(message);
  };
  readFields({ buffer, at: start }, end, { numbers, piece });
  const echo = numbers[FRAME_ECHO] ?? 0;
  return { kind: 'frame', frame: { cluster, messages, echo }, unknown };
}
