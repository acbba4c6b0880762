/**
 * The one place where what happened becomes a gRPC status.
 *
 * What clients of v0.4.11 make of it (`behaviour.md` §1.5) decides more than the names of the codes.
 * They follow a redirect once, go to the next address on UNAVAILABLE, up to three times within
 * 0.2 s, and take everything else as final. So:
 *
 * - UNAVAILABLE is said only of what was *not* carried out: they send it again.
 * - What may or may not have been carried out is DEADLINE_EXCEEDED. A write to a key may be done
 *   twice without harm to the key, but not to others' writes between the two times; whether that
 *   matters is for the caller to know, so it is told. A numbered write is another matter: it is
 *   carried out once however often it is sent, so it may well be sent again.
 */
import { status } from '@grpc/grpc-js';
import type { ProposeOutcome } from '../node/outcome.ts';
import { StorageError } from '../ports/outcome.ts';
import type { ReplyError, ReplyRefused } from '../state/reply.ts';
import type { Failure } from './answer.ts';
import type { LeaderElsewhere } from './leadership.ts';

/** Why a node turned a call away. */
export type Refusal = Extract<ProposeOutcome, { readonly kind: 'refused' }>['refusal'];

const failure = (code: status, details: string): Failure => ({ code, details });

/**
 * The text is a fact of v0.4.11: clients cut the address out of it.
 *
 * @param mayBeSecond whether the call may have been redirected here. A second redirect is final to
 *   clients unless it is UNAVAILABLE as well. They look for the words of a redirect first, so that
 *   the first one is followed with either status.
 */
export const redirect = (
  { member, clientAddress }: LeaderElsewhere,
  mayBeSecond: boolean,
): Failure =>
  failure(
    mayBeSecond ? status.UNAVAILABLE : status.INTERNAL,
    `has to forward request to: Some(${member}), Some(Node { node_id: ${member}, rpc_addr: "${clientAddress}" })`,
  );

export const noLeader = (waitedMs: number): Failure =>
  failure(status.UNAVAILABLE, `no leader was found within ${waitedMs} ms; nothing was carried out`);

/** Another member leads. Without its address: see `Unanswered` of the gate. */
export const leaderSilent = (): Failure =>
  failure(status.UNAVAILABLE, 'the leader did not answer this member; ask another one');

export const draining = (): Failure =>
  failure(status.UNAVAILABLE, 'this member is shutting down; ask another one');

export const cancelled = (): Failure =>
  failure(status.CANCELLED, 'cancelled by the client before anything was carried out');

export const notConfirmed = (): Failure =>
  failure(status.UNAVAILABLE, 'leadership could not be confirmed in time; nothing was read');

/** @param numbered whether the write carries a client's number, hence may be sent again. */
export const outcomeUnknown = (numbered: boolean): Failure =>
  numbered
    ? failure(
        status.UNAVAILABLE,
        'the write may or may not have been carried out; send it again with the same robustmq-request-id',
      )
    : failure(
        status.DEADLINE_EXCEEDED,
        'the write may or may not have been carried out, or still be; read before you write again',
      );

export const invalid = (details: string): Failure => failure(status.INVALID_ARGUMENT, details);

/** @param limit the setting's key. */
export const tooLong = (limit: string, bytes: number, bytesMax: number): Failure =>
  exhausted(`${limit}: ${bytesMax} bytes at most, got ${bytes}`);

/** In the original nearly every failure has this status. */
export const internal = (details: string): Failure => failure(status.INTERNAL, details);

export const exhausted = (details: string): Failure => failure(status.RESOURCE_EXHAUSTED, details);

/** What a client is told when the node turned its call away for good. */
export function ofRefusal(refusal: Refusal): Failure {
  switch (refusal.reason) {
    case 'notLeader':
      return failure(status.UNAVAILABLE, 'this member does not lead; nothing was carried out');
    case 'transferring':
      return failure(status.UNAVAILABLE, 'leadership is moving; nothing was carried out');
    case 'removed':
      return failure(status.UNAVAILABLE, 'this process is no member any more; ask another one');
    case 'halted':
      return failure(status.UNAVAILABLE, 'this member is out of work; ask another one');
    case 'tooLarge':
      return exhausted(`a write of ${refusal.bytes} bytes; ${refusal.bytesMax} at most`);
    case 'logFull':
      return exhausted(
        `writes of ${refusal.bytes} bytes wait to be committed, and ${refusal.bytesMax} may (raft.uncommitted_max); try again later`,
      );
    case 'diskFull':
      return exhausted('the disk has less free space than storage.free_min; free some');
    case 'readsFull':
      return exhausted(`${refusal.readsMax} reads wait for the leader already; try again later`);
    case 'changeInFlight':
      return precondition(`a change of members is in flight at index ${refusal.index}; try again`);
    case 'termNotCommitted':
      return precondition(`the leader's term begins at index ${refusal.index}, not committed yet`);
    case 'configurationMoved':
      return precondition(
        `decided on the configuration at index ${refusal.expected}, but that at ${refusal.actual} is in force; look again`,
      );
    case 'invalidChange':
    case 'invalidTarget':
      return precondition(refusal.problem);
  }
}

const precondition = (details: string): Failure => failure(status.FAILED_PRECONDITION, details);

/** What a client is told when apply turned its command away. */
export function ofReplyError({ code, text }: ReplyError): Failure {
  switch (code) {
    case 'clientsFull':
      return exhausted(text);
    // For a moment after a cluster was founded, and while it is brought to a newer version.
    case 'versionNotActive':
      return failure(status.UNAVAILABLE, text);
    case 'outcomeUnknown':
    case 'versionNotAnnounced':
    case 'versionLowered':
    case 'memberTooOld':
      return precondition(text);
  }
}

/**
 * What a client is told when apply turned its command away for what is or is not there.
 *
 * @param distinct whether the service has a status for each kind: one of them does.
 */
export function ofRefused({ refusal, text }: ReplyRefused, distinct: boolean): Failure {
  if (refusal === 'full') return exhausted(text);
  if (!distinct) return internal(text);
  switch (refusal) {
    case 'exists':
      return failure(status.ALREADY_EXISTS, text);
    case 'missing':
      return failure(status.NOT_FOUND, text);
    case 'precondition':
      return failure(status.FAILED_PRECONDITION, text);
    case 'invalid':
      return invalid(text);
    case 'conflict':
      return internal(text);
  }
}

/** What a client is told when reading the state threw. */
export function ofThrown(error: unknown): Failure {
  if (!(error instanceof StorageError)) {
    const problem = error instanceof Error ? error.message : String(error);
    return failure(status.INTERNAL, `unexpected: ${problem}`);
  }
  switch (error.code) {
    case 'closed':
    case 'failed':
    case 'full':
    case 'locked':
      return failure(status.UNAVAILABLE, 'the storage of this member is not usable; ask another');
    case 'corrupt':
    case 'foreign':
      return failure(status.DATA_LOSS, error.message);
  }
}
