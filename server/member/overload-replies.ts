/** Keeps replies from being made faster than they can be held. */
import type { Room } from '../rpc/room.ts';
import type { UnaryHandler } from '../rpc/unary-handler.ts';
import type { ClientService } from '../services/client-service.ts';
import { REPLY_BYTES_END } from '../services/limits.ts';
import { exhausted } from '../services/status-of.ts';

/** Each may take 4 MiB, and all that are ready at once are made in one turn. */
const LONG_READS_MAX = 4;
/** Replies of this size need no room: without them nothing would ever end well. */
const SMALL_REPLY_BYTES = 1_024;

const noRoom = () =>
  exhausted('limits.connection_bytes: replies that were not taken yet fill it; try again later');

/**
 * The same service, whose replies need room. Those that may be long wait for each other, and the event
 * loop comes to others between them. Streams are made as they are taken.
 */
export function boundReplies(service: ClientService, room: Room): ClientService {
  const { definition, handlers, long } = service;
  const bounded = Object.entries(handlers).map(([rpc, handler]) => {
    if (definition[rpc]?.responseStream === true) return [rpc, handler] as const;
    const roomy = withRoom(handler, room);
    return [rpc, long.has(rpc) ? inTurn(roomy, room) : roomy] as const;
  });
  return { ...service, handlers: Object.fromEntries(bounded) };
}

function withRoom<Request, Reply>(
  handler: UnaryHandler<Request, Reply>,
  room: Room,
): UnaryHandler<Request, Reply> {
  return (call, answer) =>
    handler(call, (failure, reply) => {
      const bytes = bytesOf(reply);
      if (bytes <= SMALL_REPLY_BYTES || room.has(bytes)) answer(failure, reply);
      else answer(noRoom());
    });
}

/** At most so many at once; the others wait in the order in which they came. */
function inTurn<Request, Reply>(
  handler: UnaryHandler<Request, Reply>,
  room: Room,
): UnaryHandler<Request, Reply> {
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

  return (call, answer) => {
    const done: typeof answer = (failure, reply) => {
      answer(failure, reply);
      // Not in this turn: somebody else may have been waiting for it to end.
      setImmediate(next);
    };
    const start = (): void => {
      if (room.has(REPLY_BYTES_END)) handler(call, done);
      else done(noRoom());
    };
    if (running < LONG_READS_MAX) {
      running += 1;
      start();
      return;
    }
    waiting.add(start);
    call.on('cancelled', () => waiting.delete(start));
  };
}

/** What a reply takes on the wire, roughly. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, each) => sum + bytesOf(each), 0);
}
