/**
 * An rpc as a row: who calls it, and what it asks of the replicated state. Handlers follow from rows
 * (`handlers.ts`), and so does `docs/rpcs.md`.
 */
import type { handleServerStreamingCall, handleUnaryCall } from '@grpc/grpc-js';
import type { Node } from '../../node/node.ts';
import type { Change } from '../../state/command.ts';
import type { OperationFacts } from '../../state/resources/operation.ts';
import type { ResourceFacts } from '../../state/resources/resource.ts';
import type { Answer, Failure } from '../answer.ts';
import type { Limits } from '../limits.ts';
import type { Heartbeats } from './heartbeats.ts';

/** Who calls an rpc, in v0.4.11. */
export const CALLERS = {
  boot: 'every broker, when it starts',
  steady: 'every broker, all the time',
  engine: 'brokers that store messages',
  clients: 'brokers, for their clients',
  admin: 'the admin API and command line of brokers',
  nobody: 'nobody',
  meta: "the original's meta processes, among each other",
} as const;

export type Caller = keyof typeof CALLERS;

/** The applied state, and what the member knows of its cluster. */
export interface State extends Pick<Node, 'range' | 'row' | 'status'> {
  readonly heartbeats: Heartbeats;
}

/** What a proposal can use that must not differ between members. */
export interface Proposal {
  readonly nowMs: number;
  /** Unix seconds. */
  readonly nowS: bigint;
  /** An id that nobody has. */
  readonly newId: () => string;
}

/** What is asked for, still without what is decided when it is proposed. */
export type Ask = (at: Proposal) => Pick<Change, 'args' | 'kind' | 'operation'>;

interface Row {
  readonly by: readonly Caller[];
  /** What it names, clients of brokers have named: that may be longer than other keys. */
  readonly names?: 'ofClients';
}

/** Changes something: applied by all members when it is answered. */
export interface WriteRow<Request, Reply> extends Row {
  readonly kind: 'write';
  readonly operation: OperationFacts;
  /** Reads the request; what is wrong with it is known before anything is proposed. */
  readonly prepare: (request: Request, limits: Limits) => Answer<Ask>;
  readonly reply: (result: Uint8Array) => Reply;
  /** Of what one command may be too short for. */
  readonly parts?: Parts<Request, Reply>;
  /** What is said instead of a failure, where callers look for other words. */
  readonly failed?: (failure: Failure) => Failure;
  /** Which brokers are told before it is answered. */
  readonly awaits?: (request: Request) => Awaited;
}

/**
 * A request that is carried out in parts, one after the other: what fails ends it, and what was carried
 * out before stays. So only what may be asked for again is divided.
 */
export interface Parts<Request, Reply> {
  readonly prepare: (request: Request, limits: Limits) => Answer<readonly Ask[]>;
  /** @param results of all of them. */
  readonly reply: (results: readonly Uint8Array[]) => Reply;
}

/** All that are live, or one, live or not; no longer than this. */
export interface Awaited {
  readonly broker?: bigint;
  readonly withinMs: number;
}

/** Looks at the leader's state. */
export interface ReadRow<Request, Reply> extends Row {
  readonly kind: 'read';
  readonly reads: readonly ResourceFacts[];
  readonly look: (state: State, request: Request) => Answer<Reply>;
  /** Its reply is as long as a list. */
  readonly long: boolean;
  /** A member that does not lead has the leader answer, instead of sending the client there. */
  readonly relayed?: true;
  /** What it does beside looking, for people. */
  readonly does?: string;
}

/** Lists what the leader has, message by message. */
export interface StreamRow<Request, Reply> extends Row {
  readonly kind: 'stream';
  readonly reads: readonly ResourceFacts[];
  readonly list: (state: State, request: Request) => Iterator<Reply>;
}

/** Answered by whichever member is asked. */
export interface LocalRow<Request, Reply> extends Row {
  readonly kind: 'local';
  /** What it does, for people. */
  readonly does: string;
  readonly answer: (state: State, request: Request) => Answer<Reply>;
}

/** Answered elsewhere. */
export interface KvRow extends Row {
  readonly kind: 'kv';
  readonly does: string;
}

type UnaryRow<Request, Reply> =
  KvRow | LocalRow<Request, Reply> | ReadRow<Request, Reply> | WriteRow<Request, Reply>;

/** The rows of a service, one for each of its rpcs. */
export type ServiceRows<Server> = {
  readonly [
    Rpc in keyof Server as string extends Rpc ? never : Rpc
  ]: Server[Rpc] extends handleUnaryCall<infer Request, infer Reply>
    ? UnaryRow<Request, Reply>
    : Server[Rpc] extends handleServerStreamingCall<infer Request, infer Reply>
      ? StreamRow<Request, Reply>
      : never;
};

/** Takes names that clients of brokers have made, see `forClientNames`. */
export const ofClients = <Named extends Row>(row: Named): Named => ({ ...row, names: 'ofClients' });

/** A row, whatever its messages are. */
export type AnyRow = StreamRow<never, unknown> | UnaryRow<never, unknown>;
