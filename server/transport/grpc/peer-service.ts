/** What peers call: the receiving end of exchanges and snapshots, and who is here. */
import { PeerServiceService } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { HelloRequest, HelloResponse } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { ServedStream, StreamListener, StreamMethods } from '../../rpc/stream-handler.ts';
import type { UnaryHandler } from '../../rpc/unary-handler.ts';
import { serveExchange } from './exchange-service.ts';
import { greetingOf } from './greeting.ts';
import { checkRole, checkSpeaker, refusalOf } from './service-ports.ts';
import type { ServicePorts } from './service-ports.ts';
import { createSnapshotIntakes } from './snapshot-intakes.ts';
import { serveSnapshot } from './snapshot-service.ts';

/** The service, and how to end what it serves. Its calls have to be stamped, see `caller-role.ts`. */
export interface PeerService {
  /** Rpcs of two streams, by path. */
  readonly streams: StreamMethods;
  /** The others, by name. */
  readonly handlers: { readonly hello: UnaryHandler<HelloRequest, HelloResponse> };
  /** Ends all calls; bodies of snapshots break off. */
  close(): void;
}

type Serve = (call: ServedStream, over: () => void) => StreamListener;

export function createPeerService(ports: ServicePorts): PeerService {
  const calls = new Set<ServedStream>();
  const intakes = createSnapshotIntakes(ports.options.snapshot);

  const tracked =
    (serve: Serve) =>
    (call: ServedStream): StreamListener => {
      calls.add(call);
      return serve(call, () => calls.delete(call));
    };

  return {
    streams: new Map([
      [PeerServiceService.exchange.path, tracked((call, over) => serveExchange(ports, call, over))],
      [
        PeerServiceService.installSnapshot.path,
        tracked((call, over) => serveSnapshot(ports, intakes, call, over)),
      ],
    ]),
    handlers: {
      hello: (call, answer) => {
        try {
          checkRole(call);
          checkSpeaker(ports, call.request.greeting);
          answer(null, { greeting: greetingOf(ports, '') });
        } catch (error) {
          answer(refusalOf(error));
        }
      },
    },
    close: () => {
      intakes.close();
      for (const call of calls) call.end();
    },
  };
}
