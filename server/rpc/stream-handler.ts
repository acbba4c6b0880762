import type { Metadata } from '@grpc/grpc-js';
import type { Failure } from './unary-handler.ts';

/** A call of two streams, as its handler sees it. After it has ended, nothing that is done with it has an effect. */
export interface ServedStream {
  readonly metadata: Pick<Metadata, 'get'>;
  /** Where the caller is, for people. */
  readonly peer: string;
  /** Sends a message. They are few and small: nothing bounds what waits for a caller that does not read. */
  write(message: Uint8Array): void;
  /** Ends the call well. */
  end(): void;
  fail(failure: Failure): void;
  /** Takes no more (true) than the caller may send already, or goes on (false). */
  hold(held: boolean): void;
}

/** What comes on it. */
export interface StreamListener {
  /** A view of what was received, which may be kept. */
  message(message: Buffer): void;
  /** The caller sends no more. */
  ended(): void;
  /** The caller has gone, or the call cannot go on. Nothing comes after. */
  cancelled(): void;
}

/** Takes a call in. */
export type StreamHandler = (call: ServedStream) => StreamListener;

/** Handlers by the paths of their methods, as `:path` names them. */
export type StreamMethods = ReadonlyMap<string, StreamHandler>;
