/** What the reads of the key-value rpcs find, as far as a client can receive it. */
import type { Node } from '../node/node.ts';
import { kvGet, kvPrefix } from '../state/kv.ts';
import { accept, fail } from './answer.ts';
import type { Answer } from './answer.ts';
import { fieldBytes, REPLY_BYTES_END, replyTooLong, tooManyValues } from './limits.ts';

/** A list is read in one go, so that all of it is of one moment: meanwhile nobody else is served. */
const VALUES_MAX = 50_000;

/** The value under a key. What is missing reads as the empty string. */
export function lookUp(
  { row }: Pick<Node, 'row'>,
  key: string,
): Answer<{ readonly value: string }> {
  const value = kvGet(row, key);
  if (value === undefined) return accept({ value: '' });
  if (fieldBytes(value.length) >= REPLY_BYTES_END) return fail(replyTooLong());
  return accept({ value: textOf(value) });
}

/**
 * Values by the bytes of their keys, without the keys. Stops where a client could not receive more, and
 * after 50,000 values.
 */
export function lookUpPrefix(
  { range }: Pick<Node, 'range'>,
  prefix: string,
): Answer<{ readonly values: readonly string[] }> {
  const values: string[] = [];
  let bytes = 0;
  for (const [, value] of kvPrefix(range, prefix)) {
    bytes += fieldBytes(value.length);
    if (bytes >= REPLY_BYTES_END) return fail(replyTooLong());
    if (values.length === VALUES_MAX) return fail(tooManyValues(VALUES_MAX));
    values.push(textOf(value));
  }
  return accept({ values });
}

const textOf = (value: Uint8Array): string =>
  Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();
