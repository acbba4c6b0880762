/**
 * Calls of clients that a member which does not lead has the leader answer, for clients that cannot
 * reach the leader themselves.
 */
import { status } from '@grpc/grpc-js';
import type { RelayRequest, RelayResponse } from '../../proto/gen/robustmq/raft/v1/raft.ts';
import type { IncomingCall, UnaryHandler } from '../rpc/unary-handler.ts';
import type { UnaryMethods } from '../rpc/unary-methods.ts';
import type { Answer } from './answer.ts';
import type { Unanswered } from './gate.ts';
import type { LeaderElsewhere } from './leadership.ts';

/** A call as it came. */
export interface RelayedCall {
  /** As `:path` names its rpc. */
  readonly path: string;
  readonly message: Buffer;
}

/**
 * Asks the leader, within a bound.
 *
 * @param done called once, with what it answered, or why it did not.
 */
export type Relay = (
  leader: LeaderElsewhere,
  call: RelayedCall,
  done: (answer: Answer<Buffer> | Unanswered) => void,
) => void;

export interface RelayServiceParts {
  /** What may be relayed. */
  readonly methods: UnaryMethods;
  /** The cluster of this member, if it has one. */
  readonly cluster: () => string | undefined;
  /** Why a caller may not relay; undefined when it may. */
  readonly refuse: (caller: Pick<IncomingCall<unknown>, 'metadata'>) => string | undefined;
}

/**
 * For so long, in ms, such a call waits until a leader is known. Brokers have 3 s for a round of
 * heartbeats, to all members one after the other, and call each that is UNAVAILABLE three times: those
 * that come after one that is cut off, or after two, must still have their turn.
 */
export const RELAYED_WAIT_MS = 300;

/** What a leader says by that does not take such calls: of this rpc, of any, or of this caller. */
const UNTAKEN: ReadonlySet<status> = new Set([
  status.UNIMPLEMENTED,
  status.NOT_FOUND,
  status.PERMISSION_DENIED,
  status.FAILED_PRECONDITION,
]);

/** @param code with which a relay itself ended. */
export const unanswered = (code: status): Unanswered => (UNTAKEN.has(code) ? 'untaken' : 'silent');

/** Nothing is relayed twice: whoever is asked and does not lead any more says so, and not who does. */
export const relayNoFurther: Relay = (_leader, _call, done) => done('silent');

/** Answers what other members relay, as it would answer the client itself. */
export function createRelayService(
  parts: RelayServiceParts,
): UnaryHandler<RelayRequest, RelayResponse> {
  return (call, answer) => {
    const { clusterId, path, message } = call.request;
    const refusal = parts.refuse(call);
    const method = parts.methods.get(path);
    if (refusal !== undefined) {
      answer({ code: status.PERMISSION_DENIED, details: refusal });
    } else if (clusterId !== parts.cluster()) {
      const details = `this member is not of the cluster ${clusterId}`;
      answer({ code: status.FAILED_PRECONDITION, details });
    } else if (method === undefined) {
      answer({ code: status.NOT_FOUND, details: `${path} is not relayed` });
    } else {
      const request = method.decode(message);
      const { metadata } = call;
      const on: typeof call.on = (event, listener) => call.on(event, listener);
      method.handle({ request, metadata, on }, (failure, reply) => {
        const { code, details } = failure ?? { code: status.OK, details: '' };
        const bytes = failure === null ? method.encode(reply) : Buffer.alloc(0);
        answer(null, { message: bytes, code, details });
      });
    }
  };
}
