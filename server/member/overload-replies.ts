/** Keeps replies from being made faster than they can be held. */
import type { handleUnaryCall } from '@grpc/grpc-js';
import type { MetaServiceServiceServer } from '../../proto/gen/meta/common.ts';
import { exhausted } from '../services/status-of.ts';
import type { OverloadGuard } from './overload-guard.ts';

/** Each may take 4 MiB, and all that are ready at once are made in one turn. */
const PREFIX_READS_MAX = 4;

type Room = Pick<OverloadGuard, 'admitReply' | 'hasRoom'>;

const noRoom = () =>
  exhausted('limits.connection_bytes: replies that were not taken yet fill it; try again later');

/**
 * The same service, whose replies need room at the guard. Reads of a prefix, whose replies are
 * large, wait for each other, and the event loop comes to others between them.
 */
export function boundReplies(kv: MetaServiceServiceServer, guard: Room): MetaServiceServiceServer {
  return {
    ...kv,
    get: withRoom(kv.get, guard),
    getPrefix: inTurn(withRoom(kv.getPrefix, guard), guard),
  };
}

function withRoom<Request, Reply>(
  handler: handleUnaryCall<Request, Reply>,
  guard: Room,
): handleUnaryCall<Request, Reply> {
  return (call, callback) =>
    handler(call, (error, reply, ...rest) => {
      if (guard.admitReply(bytesOf(reply))) callback(error, reply, ...rest);
      else callback(noRoom());
    });
}

/** At most so many at once; the others wait in the order in which they came. */
function inTurn<Request, Reply>(
  handler: handleUnaryCall<Request, Reply>,
  guard: Room,
): handleUnaryCall<Request, Reply> {
  const waiting = new Set<() => void>();
  let running = 0;

  function next(): void {
    running -= 1;
    for (const start of waiting) {
      waiting.delete(start);
      running += 1;
      start();
      return;
    }
  }

  return (call, callback) => {
    const done: typeof callback = (...answer) => {
      callback(...answer);
      // Not in this turn: somebody else may have been waiting for it to end.
      setImmediate(next);
    };
    const start = (): void => {
      if (guard.hasRoom()) handler(call, done);
      else done(noRoom());
    };
    if (running < PREFIX_READS_MAX) {
      running += 1;
      start();
      return;
    }
    waiting.add(start);
    call.once('cancelled', () => waiting.delete(start));
  };
}

/** What a reply takes on the wire, roughly. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, each) => sum + bytesOf(each), 0);
}
