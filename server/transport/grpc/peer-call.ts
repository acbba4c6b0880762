import { Client, status } from '@grpc/grpc-js';
import type { ChannelCredentials, StatusObject } from '@grpc/grpc-js';
import type { ChannelOptions } from './options.ts';

/** The caller's side of a stream, on a connection of its own. */
export interface PeerCall<Request> {
  /** @param taken the peer's flow control let all of it through. */
  write(request: Request, taken?: () => void): void;
  /** Breaks it off. Nothing is reported any more. */
  close(): void;
}

/** What happens to a call. */
export interface PeerCallListener<Response> {
  response(response: Response): void;
  /** Once; nothing comes after. */
  ended(end: CallEnd): void;
}

/** How a call ended without being closed by its caller. */
export type CallEnd = Pick<StatusObject, 'code' | 'details'>;

/** A streaming rpc of both sides. */
export interface PeerMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** Where a connection goes. */
export interface PeerTarget {
  /** `host:port`; the name is resolved now. */
  readonly address: string;
  readonly credentials: ChannelCredentials;
  readonly options: ChannelOptions;
}

/** Opens a connection and a call on it. */
export function openPeerCall<Request, Response>(
  method: PeerMethod<Request, Response>,
  { address, credentials, options }: PeerTarget,
  listener: PeerCallListener<Response>,
): PeerCall<Request> {
  const client = new Client(targetOf(address), credentials, options);
  const { path, requestSerialize, responseDeserialize } = method;
  const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  let open = true;

  function close(): void {
    open = false;
    client.close();
  }

  call.on('data', (response: Response) => {
    if (open) listener.response(response);
  });
  // The status says the same, and comes without an error as well.
  call.on('error', () => undefined);
  call.on('status', (end) => {
    if (!open) return;
    close();
    listener.ended(end);
  });
  return {
    write: (request, taken) => {
      if (!open) return;
      call.write(request, () => {
        if (open) taken?.();
      });
    },
    close: () => {
      if (!open) return;
      close();
      call.cancel();
    },
  };
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
