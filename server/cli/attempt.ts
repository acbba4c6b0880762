/** One call to one member, and what can be said for certain about it. */
import { Metadata, connectivityState, status } from '@grpc/grpc-js';
import type { Client, ServiceError } from '@grpc/grpc-js';

/** A unary rpc, as the generated services describe it. */
export interface Method<Request, Response> {
  readonly path: string;
  requestSerialize(request: Request): Buffer;
  responseDeserialize(bytes: Buffer): Response;
}

/** What came of one attempt. */
export type Attempt<Response> =
  { readonly kind: 'done'; readonly endpoint: string; readonly response: Response } | Failure;

export type Failure =
  /** The member itself answered with an error. */
  | { readonly kind: 'refused'; readonly endpoint: string; readonly error: ServiceError }
  /** There was no connection: the call was certainly not sent. */
  | { readonly kind: 'unreachable'; readonly endpoint: string; readonly why: string }
  /** It was sent, and no answer came: it may have been carried out. */
  | { readonly kind: 'lost'; readonly endpoint: string; readonly error: ServiceError };

/** Connects, which is never ambiguous, and only then calls; all within the timeout. */
export async function attempt<Request, Response>(
  client: Client,
  endpoint: string,
  method: Method<Request, Response>,
  request: Request,
  timeoutMs: number,
): Promise<Attempt<Response>> {
  const deadline = Date.now() + timeoutMs;
  const why = await connect(client, deadline);
  if (why !== undefined) return { kind: 'unreachable', endpoint, why };
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      method.path,
      (value: Request) => method.requestSerialize(value),
      (bytes: Buffer) => method.responseDeserialize(bytes),
      request,
      new Metadata(),
      { deadline },
      (error, response) => {
        if (error !== null)
          resolve({ kind: answered(error) ? 'refused' : 'lost', endpoint, error });
        else if (response !== undefined) resolve({ kind: 'done', endpoint, response });
      },
    );
  });
}

/**
 * Errors that the library makes up itself (deadline, connection lost) carry no headers; what a
 * member sends always names its content type.
 */
export function answered(error: ServiceError): boolean {
  return error.metadata.get('content-type').length > 0;
}

/** Waits until the channel is connected. Why it is not, or undefined once it is. */
export async function connect(client: Client, deadline: number): Promise<string | undefined> {
  const channel = client.getChannel();
  for (;;) {
    const state = channel.getConnectivityState(true);
    if (state === connectivityState.READY) return undefined;
    if (state === connectivityState.TRANSIENT_FAILURE) return reasonOf(client, deadline);
    const changed = await new Promise<boolean>((resolve) => {
      channel.watchConnectivityState(state, deadline, (error) => resolve(error === undefined));
    });
    if (!changed) return 'no connection in time';
  }
}

/** The channel only says that it failed. A harmless call is told why. */
async function reasonOf(client: Client, deadline: number): Promise<string> {
  const details = await new Promise<string>((resolve) => {
    client.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      (empty: Buffer) => empty,
      (bytes: Buffer) => bytes,
      Buffer.alloc(0),
      new Metadata(),
      { deadline },
      (error) => resolve(error?.details ?? 'the connection failed at first'),
    );
  });
  const [, last = details] = /Last error: (?:Error: )?(.*)$/s.exec(details) ?? [];
  return last.replace(/\.? Resolution note:.*$/s, '').replace(/\s*\([0-9T:.Z-]+\)$/, '');
}

/** The name of a gRPC status. */
export const statusName = (code: status): string => status[code];
