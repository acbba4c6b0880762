/** What a member that does not lead asks of the leader. */
import { Metadata, status } from '@grpc/grpc-js';
import { PeerServiceClient } from '../../proto/gen/robustmq/raft/v1/raft.ts';
import { accept, fail } from '../services/answer.ts';
import type { Relay } from '../services/relay.ts';
import type { PeerCredentials } from '../transport/grpc/credentials.ts';
import { clientOptions } from '../transport/grpc/options.ts';
import type { TransportOptions } from '../transport/grpc/options.ts';
import { targetOf } from '../transport/grpc/peer-call.ts';

/** Brokers give a round of heartbeats 3 s, for all members together. */
const RELAY_MS_MAX = 500;

/** What the leader says to the client; all else is about the way to it, or who leads. */
const SAID_TO_CLIENTS: ReadonlySet<status> = new Set([status.INTERNAL, status.INVALID_ARGUMENT]);

export interface LeaderCallsParts {
  readonly credentials: Pick<PeerCredentials, 'channel'>;
  readonly options: TransportOptions;
  readonly cluster: () => string | undefined;
  /** Peer address of a member, `host:port`. */
  readonly addressOf: (member: number) => string | undefined;
}

export interface LeaderCalls {
  readonly relay: Relay;
  close(): void;
}

/** Keeps a connection to the leader that was asked last; one that fails is made anew. */
export function createLeaderCalls(parts: LeaderCallsParts): LeaderCalls {
  const { credentials, options, cluster, addressOf } = parts;
  let connected: { readonly address: string; readonly client: PeerServiceClient } | undefined;

  function disconnect(): void {
    connected?.client.close();
    connected = undefined;
  }

  function clientOf(address: string): PeerServiceClient {
    if (connected?.address === address) return connected.client;
    disconnect();
    const client = new PeerServiceClient(
      targetOf(address),
      credentials.channel(),
      clientOptions(options),
    );
    connected = { address, client };
    return client;
  }

  return {
    relay: ({ member }, call, done) => {
      const address = addressOf(member);
      const clusterId = cluster();
      if (address === undefined || clusterId === undefined) {
        done(undefined);
        return;
      }
      const client = clientOf(address);
      const deadline = Date.now() + RELAY_MS_MAX;
      client.relay({ clusterId, ...call }, new Metadata(), { deadline }, (error, response) => {
        if (error === null) {
          done(accept(response.message));
          return;
        }
        const { code, details } = error;
        if (SAID_TO_CLIENTS.has(code)) {
          done(fail({ code, details }));
          return;
        }
        if (connected?.client === client) disconnect();
        done(undefined);
      });
    },
    close: disconnect,
  };
}
