/** What a member that does not lead asks of the leader. */
import { connectivityState, Metadata, status } from '@grpc/grpc-js';
import { PeerServiceClient } from '../../proto/gen/robustmq/raft/v1/raft.ts';
import { accept, fail } from '../services/answer.ts';
import { unanswered } from '../services/relay.ts';
import type { Relay } from '../services/relay.ts';
import type { PeerCredentials } from '../transport/grpc/credentials.ts';
import { clientOptions } from '../transport/grpc/options.ts';
import type { TransportOptions } from '../transport/grpc/options.ts';
import { targetOf } from '../transport/grpc/peer-call.ts';

export interface LeaderCallsParts {
  readonly credentials: Pick<PeerCredentials, 'channel'>;
  readonly options: TransportOptions;
  readonly cluster: () => string | undefined;
  /** Peer address of a member, `host:port`. */
  readonly addressOf: (member: number) => string | undefined;
  /** Of one call. */
  readonly limitMs: number;
  /** A leader could not be asked, for a reason that is not that of the call before. */
  readonly failed: (member: number, reason: string) => void;
}

export interface LeaderCalls {
  readonly relay: Relay;
  /** No leader is asked any more. */
  close(): void;
}

/** Keeps a connection to the leader that was asked last; one that is broken is made anew. */
export function createLeaderCalls(parts: LeaderCallsParts): LeaderCalls {
  const { cluster, addressOf, limitMs } = parts;
  const connection = createConnection(parts);
  let reason = '';

  function tell(member: number, next: string): void {
    if (next !== '' && next !== reason) parts.failed(member, next);
    reason = next;
  }

  return {
    relay: ({ member }, call, done) => {
      const address = addressOf(member);
      const clusterId = cluster();
      const client = address === undefined ? undefined : connection.to(address);
      if (client === undefined || clusterId === undefined) {
        done('silent');
        return;
      }
      const deadline = Date.now() + limitMs;
      client.relay({ clusterId, ...call }, new Metadata(), { deadline }, (error, response) => {
        tell(member, error === null ? '' : `${status[error.code]}: ${error.details}`);
        if (error !== null) {
          connection.failed(client, error.code);
          done(unanswered(error.code));
          return;
        }
        const { message, code, details } = response;
        const ended = STATUSES.get(code) ?? status.UNKNOWN;
        done(ended === status.OK ? accept(message) : fail({ code: ended, details }));
      });
    },
    close: () => connection.close(),
  };
}

const STATUSES: ReadonlyMap<number, status> = new Map(
  Object.values(status)
    .filter((each) => typeof each !== 'string')
    .map((each) => [each, each]),
);

/** To one address at a time. */
function createConnection({
  credentials,
  options,
}: Pick<LeaderCallsParts, 'credentials' | 'options'>) {
  let open: Connection | undefined;
  let closed = false;
  const end = (): void => {
    open?.client.close();
    open = undefined;
  };
  return {
    to: (address: string): PeerServiceClient | undefined => {
      if (closed || open?.address === address) return open?.client;
      end();
      const client = new PeerServiceClient(
        targetOf(address),
        credentials.channel(),
        clientOptions(options),
      );
      open = { address, client, sinceMs: performance.now() };
      return client;
    },
    /** A call failed there: what is broken is made anew for the next one. */
    failed: (client: PeerServiceClient, code: status): void => {
      if (open?.client === client && isBroken(open, code, options.greetingTimeoutMs)) end();
    },
    close: (): void => {
      closed = true;
      end();
    },
  };
}

interface Connection {
  readonly address: string;
  readonly client: PeerServiceClient;
  readonly sinceMs: number;
}

/**
 * One that is still being opened may need longer than a call has, but not for ever: to where nobody
 * answers the kernel would go on for two minutes, and the name may have another address by now.
 */
function isBroken({ client, sinceMs }: Connection, code: status, openingMsMax: number): boolean {
  if (code !== status.DEADLINE_EXCEEDED) return code === status.UNAVAILABLE;
  const isOpen = client.getChannel().getConnectivityState(false) === connectivityState.READY;
  return isOpen || performance.now() - sinceMs >= openingMsMax;
}
