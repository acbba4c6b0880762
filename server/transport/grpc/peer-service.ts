/** What peers call: the receiving end of exchanges and snapshots, and who is here. */
import type { ServerUnaryCall, UntypedServiceImplementation, sendUnaryData } from '@grpc/grpc-js';
import type { HelloRequest, HelloResponse } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import { serveExchange } from './exchange-service.ts';
import type { ServedExchange } from './exchange-service.ts';
import { greetingOf } from './greeting.ts';
import { checkRole, checkSpeaker, refusalOf } from './service-ports.ts';
import type { ServicePorts } from './service-ports.ts';
import { createSnapshotIntakes } from './snapshot-intakes.ts';
import { serveSnapshot } from './snapshot-service.ts';
import type { ServedSnapshot } from './snapshot-service.ts';

/** The rpcs, for a server to which `peerServiceDefinition` is added. */
export interface PeerServiceImplementation extends UntypedServiceImplementation {
  exchange: (call: ServedExchange) => void;
  installSnapshot: (call: ServedSnapshot) => void;
  hello: (
    call: ServerUnaryCall<HelloRequest, HelloResponse>,
    answer: sendUnaryData<HelloResponse>,
  ) => void;
}

/** The service, and how to end what it serves. */
export interface PeerService {
  readonly implementation: PeerServiceImplementation;
  /** Ends all calls; bodies of snapshots break off. */
  close(): void;
}

export function createPeerService(ports: ServicePorts): PeerService {
  const exchanges = new Set<ServedExchange>();
  const snapshots = new Set<ServedSnapshot>();
  const intakes = createSnapshotIntakes(ports.options.snapshot);
  return {
    implementation: {
      exchange: (call) => {
        exchanges.add(call);
        serveExchange(ports, call, () => exchanges.delete(call));
      },
      installSnapshot: (call) => {
        snapshots.add(call);
        serveSnapshot(ports, intakes, call, () => snapshots.delete(call));
      },
      hello: (call, answer) => {
        try {
          checkRole(ports, call);
          checkSpeaker(ports, call.request.greeting);
          answer(null, { greeting: greetingOf(ports, '') });
        } catch (error) {
          answer(refusalOf(error));
        }
      },
    },
    close: () => {
      intakes.close();
      for (const call of exchanges) call.end();
      for (const call of snapshots) call.end();
    },
  };
}
