/**
 * Append messages sent to one follower and not acknowledged yet, oldest first: the window that
 * bounds how far a leader runs ahead of it.
 *
 *   head          head + count
 *    |  sent  sent  sent  |   free       ring; grows by doubling, to messagesMax at most
 */
import type { Index } from '../ids.ts';
import { invariant } from '../invariant.ts';

/** One message of the window. */
interface Sent {
  /** The last entry it carried. */
  readonly last: Index;
  readonly bytes: number;
}

/** A window. Changed by the functions of this module only. */
export interface Inflight {
  readonly messagesMax: number;
  readonly bytesMax: number;
  ring: Sent[];
  head: number;
  count: number;
  bytes: number;
}

const CAPACITY_MIN = 8;

/** An empty window. Both bounds are positive; the one of bytes may be passed by one message. */
export function createInflight(messagesMax: number, bytesMax: number): Inflight {
  invariant(
    Number.isSafeInteger(messagesMax) && messagesMax > 0 && bytesMax > 0,
    'a window admits at least one message',
    { messagesMax, bytesMax },
  );
  return { messagesMax, bytesMax, ring: [], head: 0, count: 0, bytes: 0 };
}

/**
 * Whether nothing more may be sent before an acknowledgement. A window below its bound of bytes
 * takes one more message of any size, an empty one always: else a large entry would never leave.
 */
export const isFull = (inflight: Inflight): boolean =>
  inflight.count >= inflight.messagesMax || inflight.bytes >= inflight.bytesMax;

/** Notes a message that ends with entry `last`. The window is not full; `last` never falls. */
export function add(inflight: Inflight, last: Index, bytes: number): void {
  invariant(!isFull(inflight), 'the window has room', { last, bytes });
  invariant(bytes >= 0, 'a message has a size', { bytes });
  const newest = inflight.count === 0 ? undefined : at(inflight, inflight.count - 1);
  invariant(newest === undefined || newest.last <= last, 'messages are sent in order', {
    newest,
    last,
  });
  if (inflight.count === inflight.ring.length) grow(inflight);
  inflight.ring[(inflight.head + inflight.count) % inflight.ring.length] = { last, bytes };
  inflight.count += 1;
  inflight.bytes += bytes;
}

/** Frees every message that ends at or before `match`, the follower's match index. */
export function acknowledge(inflight: Inflight, match: Index): void {
  while (inflight.count > 0) {
    const oldest = at(inflight, 0);
    if (oldest.last > match) return;
    inflight.head = (inflight.head + 1) % inflight.ring.length;
    inflight.count -= 1;
    inflight.bytes -= oldest.bytes;
  }
}

/** Forgets every message. */
export function clear(inflight: Inflight): void {
  inflight.count = 0;
  inflight.bytes = 0;
}

function at(inflight: Inflight, offset: number): Sent {
  const sent = inflight.ring[(inflight.head + offset) % inflight.ring.length];
  invariant(sent !== undefined, 'the window holds what it counts', { offset });
  return sent;
}

/** Doubles a full ring, as far as the window may grow; the oldest message comes first in it. */
function grow(inflight: Inflight): void {
  const { ring, head } = inflight;
  const capacity = Math.min(Math.max(ring.length * 2, CAPACITY_MIN), inflight.messagesMax);
  const free: Sent = { last: 0 as Index, bytes: 0 };
  const grown = [...ring.slice(head), ...ring.slice(0, head)];
  while (grown.length < capacity) grown.push(free);
  inflight.ring = grown;
  inflight.head = 0;
}
