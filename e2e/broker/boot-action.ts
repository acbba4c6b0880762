/**
 * What a broker's boot asks of the world, as data. The boot is a generator: it yields an action, and
 * goes on with what came of it. So its order can be read, and tested without a network.
 */
import type { Attempt } from './attempt.ts';
import type { Caches } from './caches.ts';
import type { LoadedRows } from './resource.ts';

export type BootAction =
  | { readonly kind: 'phase'; readonly name: string }
  /** The path of an rpc, and its request. */
  | { readonly kind: 'call'; readonly rpc: string; readonly request: Buffer }
  /** Caches what was listed. */
  | { readonly kind: 'cache'; readonly rows: LoadedRows }
  /** Waits until the caches are so, which only pushes can bring about. */
  | {
      readonly kind: 'await push';
      readonly what: string;
      readonly limitMs: number;
      readonly holds: (caches: Caches) => boolean;
    }
  /** It is registered from now on, and heartbeats begin. */
  | { readonly kind: 'registered'; readonly epoch: bigint }
  /** Whom the status of the cluster calls its leader. */
  | { readonly kind: 'leader seen'; readonly id: bigint | undefined }
  | { readonly kind: 'pause'; readonly ms: number };

/** Yields actions; what it gets for a call is the outcome of it. */
export type Boot<Result = void> = Generator<BootAction, Result, Attempt | undefined>;

/** The end of the process: the original exits with status 1. */
export class BootError extends Error {
  override readonly name = 'BootError';
}

/** What is needed of a generated description of an rpc. */
export interface Rpc<Request, Reply> {
  readonly path: string;
  readonly responseStream: boolean;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Reply;
}

/** Calls, and returns whatever came of it. */
export function* tryCall<Request, Reply>(
  { path, requestSerialize }: Rpc<Request, Reply>,
  request: Request,
): Boot<Attempt> {
  const outcome = yield { kind: 'call', rpc: path, request: requestSerialize(request) };
  if (outcome === undefined) throw new Error(`${path} was not called`);
  return outcome;
}

/** Calls, and returns all messages of the reply. An error, or a reply that nobody can read, is fatal. */
export function* call<Request, Reply>(
  rpc: Rpc<Request, Reply>,
  request: Request,
): Boot<readonly Reply[]> {
  const outcome = yield* tryCall(rpc, request);
  if (outcome.kind === 'failed') throw new BootError(`${rpc.path}: ${outcome.text}`);
  return readReply(rpc, outcome.messages);
}

/** As `call`, of an rpc with one reply. */
export function* callOne<Request, Reply>(rpc: Rpc<Request, Reply>, request: Request): Boot<Reply> {
  const [reply] = yield* call(rpc, request);
  if (reply === undefined) throw new BootError(`${rpc.path}: no reply`);
  return reply;
}

/** Reads the messages of a reply. */
export function readReply<Reply>(
  rpc: Rpc<never, Reply>,
  messages: readonly Buffer[],
): readonly Reply[] {
  if (!rpc.responseStream && messages.length !== 1) {
    throw new BootError(`${rpc.path}: ${messages.length} replies`);
  }
  return orFatal(rpc.path, () => messages.map((bytes) => rpc.responseDeserialize(bytes)));
}

/** What cannot be read ends the process. */
export function orFatal<Value>(where: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new BootError(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
