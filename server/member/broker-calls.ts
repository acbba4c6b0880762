import { credentials, Metadata, status } from '@grpc/grpc-js';
import type { CallOptions, ServiceError } from '@grpc/grpc-js';
import { BrokerServiceClient } from '../../proto/gen/broker/broker.ts';
import type {
  BrokerAnswer,
  BrokerCalls,
  BrokerRequest,
} from '../controllers/brokers/broker-calls.ts';
import { targetOf } from '../transport/grpc/peer-call.ts';
import { placeOf } from '../transport/grpc/place.ts';

/** A broker that does not take a connection within this cannot be reached. */
const CONNECT_MS = 3_000;
/** A broker that is starting keeps a will for up to a minute before it says anything. */
const WILL_MS = 65_000;
const QUESTION_MS = 5_000;
/** Whatever a broker is asked, but for wills, has ended after this. */
export const ASK_MS_MAX = CONNECT_MS + QUESTION_MS;

/**
 * Calls of single brokers: few, so each has a connection of its own, to where the broker registered
 * last. What is said of a failure is what the caller has to know: whether it may have been carried out.
 */
export function createBrokerCalls(): BrokerCalls {
  return {
    call: ({ grpc_addr }, request, done) => {
      if (placeOf(grpc_addr) === undefined) {
        setImmediate(done, { kind: 'unreachable' });
        return;
      }
      const client = new BrokerServiceClient(targetOf(grpc_addr), credentials.createInsecure());
      const finish = (answer: BrokerAnswer): void => {
        client.close();
        done(answer);
      };
      client.waitForReady(Date.now() + CONNECT_MS, (unready) => {
        if (unready === undefined) ask(client, request, finish);
        else finish({ kind: 'unreachable' });
      });
    },
  };
}

function ask(
  client: BrokerServiceClient,
  request: BrokerRequest,
  finish: (answer: BrokerAnswer) => void,
): void {
  const within = (ms: number): Partial<CallOptions> => ({ deadline: Date.now() + ms });
  const answering =
    <Reply>(read: (reply: Reply) => BrokerAnswer) =>
    (error: ServiceError | null, reply: Reply): void =>
      finish(error === null ? read(reply) : failureOf(error));
  switch (request.kind) {
    case 'publishWill': {
      const { tenant, client_id: clientId } = request.will;
      const items = [{ tenant, clientId }];
      const read = answering((): BrokerAnswer => ({ kind: 'done' }));
      client.sendLastWillMessage({ items }, new Metadata(), within(WILL_MS), read);
      return;
    }
    case 'askDeleted': {
      const read = answering(
        ({ results }: { readonly results: readonly { readonly deleted: boolean }[] }) => ({
          kind: 'deleted' as const,
          all: results.length === request.items.length && results.every(({ deleted }) => deleted),
        }),
      );
      const items = request.items;
      client.getShardSegmentDeleteStatus({ items }, new Metadata(), within(QUESTION_MS), read);
      return;
    }
    case 'askReplica': {
      const { shardName, segmentSeq } = request;
      client.queryReplicaLeo(
        { shardName, segmentSeq },
        new Metadata(),
        within(QUESTION_MS),
        answering(({ available, segmentLeo, latestLeaderEpoch }) => ({
          kind: 'replica' as const,
          replica: available ? { leo: segmentLeo, leaderEpoch: latestLeaderEpoch } : undefined,
        })),
      );
      return;
    }
  }
}

/** What the other end says of a call itself; everything else tells nothing of what became of it. */
const UNCERTAIN: ReadonlySet<status> = new Set([
  status.CANCELLED,
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNAVAILABLE,
]);

const failureOf = ({ code }: ServiceError): BrokerAnswer =>
  UNCERTAIN.has(code) ? { kind: 'unknown' } : { kind: 'refused' };
