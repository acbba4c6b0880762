import { status } from '@grpc/grpc-js';
import { ExchangeResponse } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { Announcement } from '../../ports/address-book.ts';
import type { ServedStream, StreamListener } from '../../rpc/stream-handler.ts';
import { decodeRequest } from './frame-codec.ts';
import type { Frame, Request } from './frame-codec.ts';
import { greetingOf } from './greeting.ts';
import type { PeerCounters } from './peer-counters.ts';
import { Refusal } from './refusal.ts';
import { checkRole, handlerOf, refusalOf, welcome } from './service-ports.ts';
import type { ServicePorts } from './service-ports.ts';

interface Caller {
  readonly announcement: Announcement;
  readonly incarnation: number;
  readonly counters: PeerCounters;
}

/** Hands the messages of one caller over. `over` once, when the exchange has ended. */
export function serveExchange(
  ports: ServicePorts,
  call: ServedStream,
  over: () => void,
): StreamListener {
  let caller: Caller | undefined;
  let ended = false;

  function end(): void {
    if (ended) return;
    ended = true;
    if (caller !== undefined) {
      ports.left(caller.announcement);
      ports.speakers.left(caller.announcement.directory, caller.incarnation);
    }
    over();
  }

  function refuse(error: unknown): void {
    const refusal = refusalOf(error);
    ports.log.refused(caller?.announcement.directory ?? call.peer, refusal.message);
    end();
    call.fail(refusal);
  }

  function message(bytes: Buffer): void {
    if (ended) return;
    let request: Request;
    try {
      if (caller === undefined) checkRole(call);
      request = decodeRequest(bytes);
      if (caller === undefined) {
        caller = greeted(ports, request);
        const value = greetingOf(ports, caller.announcement.directory);
        respond(call, { $case: 'greeting', value });
        return;
      }
      ports.speakers.heard(caller.announcement.directory, caller.incarnation);
    } catch (error) {
      refuse(error);
      return;
    }
    // Outside: what the handler throws is no fault of the caller.
    if (request.kind === 'frame') receive(ports, call, caller, bytes.length, request);
  }

  return {
    message,
    ended: () => {
      end();
      call.end();
    },
    cancelled: end,
  };
}

const respond = (call: ServedStream, kind: ExchangeResponse['kind']): void =>
  call.write(ExchangeResponse.encode({ kind }).finish());

/** Throws `Refusal`. */
function greeted(ports: ServicePorts, request: Request): Caller {
  handlerOf(ports);
  if (request.kind !== 'greeting') {
    throw new Refusal(status.INVALID_ARGUMENT, 'the first request of an exchange is a greeting');
  }
  const announcement = welcome(ports, request.greeting);
  const { incarnation } = request.greeting;
  return { announcement, incarnation, counters: ports.came(announcement) };
}

function receive(
  ports: ServicePorts,
  call: ServedStream,
  { announcement, counters }: Caller,
  bytes: number,
  { frame, unknown }: { readonly frame: Frame; readonly unknown: number },
): void {
  counters.bytesReceived += bytes;
  counters.messagesReceived += frame.messages.length;
  counters.messagesUnknown += unknown;
  const cluster = frame.cluster === '' ? (announcement.identity?.cluster ?? '') : frame.cluster;
  const directory = ports.directory();
  const handler = ports.handler();
  for (const message of frame.messages) {
    handler?.receive({ cluster, directory, source: announcement.directory, message });
  }
  if (frame.echo !== 0) respond(call, { $case: 'echo', value: frame.echo });
}
