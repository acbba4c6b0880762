/** A stream to another member, on a connection of its own. */
import { status } from '@grpc/grpc-js';
import type { CallEnd } from '../../rpc/call-end.ts';
import { openCall } from '../../rpc/outgoing-call.ts';
import type { OutgoingCall } from '../../rpc/outgoing-call.ts';
import type { PeerCredentials } from './credentials.ts';
import type { TransportOptions } from './options.ts';

/** What happens to a call. */
export interface PeerCallListener<Response> {
  response(response: Response): void;
  /** Some of what waited was taken. */
  drained(): void;
  /** Once; nothing comes after. */
  ended(end: CallEnd): void;
}

/** A streaming rpc of both sides. */
export interface PeerMethod<Response> {
  readonly path: string;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** What a call stands on. */
export interface PeerCallPorts {
  readonly credentials: Pick<PeerCredentials, 'connect'>;
  readonly options: TransportOptions;
}

/** Opens a connection to the member at `address`, `host:port`, and a call on it. */
export function openPeerCall<Response>(
  { credentials, options }: PeerCallPorts,
  { path, responseDeserialize }: PeerMethod<Response>,
  address: string,
  listener: PeerCallListener<Response>,
): OutgoingCall {
  const { keepaliveMs, keepaliveTimeoutMs, receiveBytesMax: messageBytesMax } = options;
  const socket = credentials.connect(address);
  const parts = { path, socket, messageBytesMax, keepaliveMs, keepaliveTimeoutMs };
  const call = openCall(parts, {
    message: (bytes) => {
      let response: Response;
      try {
        response = responseDeserialize(bytes);
      } catch (error) {
        call.close();
        listener.ended({
          code: status.INTERNAL,
          details: `an answer that is none: ${String(error)}`,
        });
        return;
      }
      listener.response(response);
    },
    drained: () => listener.drained(),
    ended: (end) => listener.ended(end),
  });
  return call;
}

/** What gRPC calls an address: a name that DNS is asked for. */
export const targetOf = (address: string): string => `dns:///${address}`;

/** The kernel of the peer's machine answered that no process listens there. */
export const isRefusedConnection = ({ code, details }: CallEnd): boolean =>
  code === status.UNAVAILABLE && details.includes('ECONNREFUSED');

const SAID_BY_THE_PEER: ReadonlySet<status> = new Set([
  status.INVALID_ARGUMENT,
  status.FAILED_PRECONDITION,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
  status.RESOURCE_EXHAUSTED,
  status.UNIMPLEMENTED,
  status.ABORTED,
  status.ALREADY_EXISTS,
]);

/** Another process speaks for the caller's directory; see `speakers.ts`. */
export const isDisplaced = ({ code }: Pick<CallEnd, 'code'>): boolean =>
  code === status.ALREADY_EXISTS;

/** A living process ended the call and said why; the same call would end the same way. */
export const isRefusedCall = ({ code }: CallEnd): boolean => SAID_BY_THE_PEER.has(code);
