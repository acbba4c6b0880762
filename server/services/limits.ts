import { exhausted, tooLong } from './status-of.ts';
import type { Failure } from './answer.ts';

/** What clients may ask for at once. All are settings, named `limits.*`. */
export interface Limits {
  /** Longest key, in bytes of UTF-8. */
  readonly keyBytesMax: number;
  /** Longest value, in bytes of UTF-8. */
  readonly valueBytesMax: number;
  /** Longest message of a client, in bytes on the wire. */
  readonly messageBytesMax: number;
  /** Requests in work at once … */
  readonly requestsMax: number;
  /** … and what they may hold together, in bytes on the wire. */
  readonly requestBytesMax: number;
}

/**
 * Longest name that is made of what clients of brokers call themselves and their topics, in bytes. Groups
 * of offsets are named `directly_sub_<client>_<filter>_<topic>`: MQTT has 65,535 bytes for each.
 */
const CLIENT_NAME_BYTES_MAX = 256 << 10;

/** For requests with such names: some of them hold what many clients have, which one must not spoil. */
export const forClientNames = (limits: Limits): Limits => ({
  ...limits,
  keyBytesMax: Math.max(limits.keyBytesMax, CLIENT_NAME_BYTES_MAX),
});

/** What brokers of v0.4.11 can receive is less than this, in bytes: the default of their library. */
export const REPLY_BYTES_END = 4_194_304;

/** What a string of this many bytes takes in a message: tag, length, bytes. The tag's number is below 16. */
export function fieldBytes(bytes: number): number {
  let lengthBytes = 1;
  for (let rest = bytes; rest >= 0x80; rest = Math.floor(rest / 0x80)) lengthBytes += 1;
  return 1 + lengthBytes + bytes;
}

/** Bytes of UTF-8 of a request's strings, as far as it has them. */
export interface RequestBytes {
  readonly key: number;
  readonly value: number;
}

/** What of a request is too long, if anything. */
export function checkSizes({ key, value }: RequestBytes, limits: Limits): Failure | undefined {
  if (key > limits.keyBytesMax) return tooLong('limits.key', key, limits.keyBytesMax);
  if (value > limits.valueBytesMax) return tooLong('limits.value', value, limits.valueBytesMax);
  const message = messageBytes({ key, value });
  if (message <= limits.messageBytesMax) return undefined;
  return tooLong('limits.message', message, limits.messageBytesMax);
}

/** What a request takes on the wire. An empty string takes nothing. */
export const messageBytes = ({ key, value }: RequestBytes): number =>
  (key === 0 ? 0 : fieldBytes(key)) + (value === 0 ? 0 : fieldBytes(value));

/** What is said when a list would not arrive. Those of brokers at their start never come to that. */
export const listTooLong = (): Failure =>
  exhausted(
    `the reply would take more than ${REPLY_BYTES_END - 1} bytes, the most a client can receive; ask for the records of one tenant`,
  );

/**
 * What is said when the offsets of a group would not arrive: there is no less to ask for.
 *
 * @param shards so many of its shards still would.
 */
export const offsetsTooLong = (tenant: string, group: string, shards: number): Failure =>
  exhausted(
    `the reply would take more than ${REPLY_BYTES_END - 1} bytes, the most a client can receive: group ${group} of tenant ${tenant} has offsets in more than ${shards} shards; delete those that it does not need`,
  );

/** What is said when a reply would not arrive. */
export const replyTooLong = (): Failure =>
  exhausted(
    `the reply would take more than ${REPLY_BYTES_END - 1} bytes, the most a client can receive; ask for a longer prefix`,
  );

/** What is said when a list would keep the leader from everything else for too long. */
export const tooManyValues = (most: number): Failure =>
  exhausted(`there are more than ${most} values with this prefix; ask for a longer prefix`);
