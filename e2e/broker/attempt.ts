/** One attempt of one call, in bytes, and how it failed in the words of the original's gRPC library. */
import { Metadata, status } from '@grpc/grpc-js';
import type { Client, StatusObject } from '@grpc/grpc-js';

export type Attempt =
  /** All messages of the reply: one, or those of a stream. */
  { readonly kind: 'reply'; readonly messages: readonly Buffer[] } | Failure;

export interface Failure {
  readonly kind: 'failed';
  /** What a broker looks at. */
  readonly text: string;
  /** What was on the wire; CANCELLED or UNAVAILABLE if nothing was. */
  readonly code: status;
  readonly details: string;
  /** The server itself said so. */
  readonly answered: boolean;
}

export interface AttemptOptions {
  /** Undefined: as long as the channel lets a call last. */
  readonly limitMs: number | undefined;
  readonly signal?: AbortSignal;
}

/** The library's words for statuses. */
const DESCRIPTIONS: Readonly<Record<status, string>> = {
  [status.OK]: 'The operation completed successfully',
  [status.CANCELLED]: 'The operation was cancelled',
  [status.UNKNOWN]: 'Unknown error',
  [status.INVALID_ARGUMENT]: 'Client specified an invalid argument',
  [status.DEADLINE_EXCEEDED]: 'Deadline expired before operation could complete',
  [status.NOT_FOUND]: 'Some requested entity was not found',
  [status.ALREADY_EXISTS]: 'Some entity that we attempted to create already exists',
  [status.PERMISSION_DENIED]:
    'The caller does not have permission to execute the specified operation',
  [status.RESOURCE_EXHAUSTED]: 'Some resource has been exhausted',
  [status.FAILED_PRECONDITION]:
    "The system is not in a state required for the operation's execution",
  [status.ABORTED]: 'The operation was aborted',
  [status.OUT_OF_RANGE]: 'Operation was attempted past the valid range',
  [status.UNIMPLEMENTED]: 'Operation is not implemented or not supported',
  [status.INTERNAL]: 'Internal error',
  [status.UNAVAILABLE]: 'The service is currently unavailable',
  [status.DATA_LOSS]: 'Unrecoverable data loss or corruption',
  [status.UNAUTHENTICATED]: 'The request does not have valid authentication credentials',
};

/** Of a call that nothing else bounds. Its end is none of the words by which a broker tries again. */
const CHANNEL_LIMIT_MS = 60_000;

const asItIs = (bytes: Buffer): Buffer => bytes;

/** Calls once. A call with one reply is read as a stream of one message: on the wire it is the same. */
export const attempt = (
  client: Client,
  rpc: string,
  request: Buffer,
  { limitMs, signal }: AttemptOptions,
): Promise<Attempt> =>
  new Promise((resolve) => {
    const deadline = Date.now() + (limitMs ?? CHANNEL_LIMIT_MS);
    const call = client.makeServerStreamRequest(rpc, asItIs, asItIs, request, new Metadata(), {
      deadline,
    });
    const messages: Buffer[] = [];
    let headers = false;
    const cancel = (): void => call.cancel();
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted === true) cancel();
    call.on('metadata', () => (headers = true));
    call.on('data', (message: Buffer) => messages.push(message));
    // Told by the status as well.
    call.on('error', () => undefined);
    call.on('status', (ended) => {
      signal?.removeEventListener('abort', cancel);
      if (ended.code === status.OK) resolve({ kind: 'reply', messages });
      else resolve(failureOf(ended, headers, limitMs === undefined ? CHANNEL_ENDED : TIMED_OUT));
    });
  });

function failureOf(
  { code, details, metadata }: StatusObject,
  headers: boolean,
  late: string,
): Failure {
  // What the library makes up itself has no headers; what a server sends names its content type.
  const answered = headers || metadata.get('content-type').length > 0;
  const failure = { kind: 'failed', code, details, answered } as const;
  if (answered) return { ...failure, text: textOf(code, details) };
  if (code === status.DEADLINE_EXCEEDED) return { ...failure, text: late };
  // A name without an address is for the original a connection that could not be made, like others.
  if (/^(No connection established|Name resolution failed|Channel closed before)/.test(details)) {
    return { ...failure, text: `tcp connect error: ${details}` };
  }
  // A connection that was lost with the call on it is no refusal for the original: nobody knows.
  const isLost = code === status.UNAVAILABLE && !details.startsWith('Stream refused');
  return { ...failure, text: textOf(isLost ? status.UNKNOWN : code, details) };
}

const textOf = (code: status, details: string): string =>
  `status: '${DESCRIPTIONS[code]}', self: ${JSON.stringify(details)}`;

const TIMED_OUT = 'ConnectError: timed out';
const CHANNEL_ENDED = textOf(status.CANCELLED, 'Timeout expired');
