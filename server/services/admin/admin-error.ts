import { Metadata, status as Code } from '@grpc/grpc-js';
import type { StatusObject } from '@grpc/grpc-js';
import { StorageError } from '../../ports/outcome.ts';
import type { StorageErrorCode } from '../../ports/outcome.ts';

/** Why an admin rpc was not carried out, or not for sure. */
export type AdminErrorCode =
  /** The request cannot be right, whatever the cluster is like. */
  | 'invalidArgument'
  /** Not in the state that the cluster, or this member, is in. */
  | 'failedPrecondition'
  /** Decided on another configuration, or in another term, than the one in force. */
  | 'aborted'
  /** Not now; the same call may succeed in a moment. */
  | 'unavailable'
  | 'resourceExhausted'
  | 'permissionDenied'
  /** May or may not have been carried out. */
  | 'outcomeUnknown';

/** An expected end of an admin rpc. The message says what to do. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly code: AdminErrorCode;
  /** `host:port` of the listener for admins of the member to ask instead. */
  readonly leaderAddress: string | undefined;

  constructor(code: AdminErrorCode, message: string, leaderAddress?: string) {
    super(message);
    this.code = code;
    this.leaderAddress = leaderAddress;
  }
}

/** Trailer that names the leader's address to a caller who asked another member. */
export const LEADER_TRAILER = 'robustmq-leader';

/** For a mutation of which nobody can tell whether it was, or will be, carried out. */
export const outcomeUnknown = (): AdminError =>
  new AdminError(
    'outcomeUnknown',
    'This may or may not have been carried out, or may still be. Observe with Status, then repeat the same call.',
  );

const CODES = {
  invalidArgument: Code.INVALID_ARGUMENT,
  failedPrecondition: Code.FAILED_PRECONDITION,
  aborted: Code.ABORTED,
  unavailable: Code.UNAVAILABLE,
  resourceExhausted: Code.RESOURCE_EXHAUSTED,
  permissionDenied: Code.PERMISSION_DENIED,
  outcomeUnknown: Code.DEADLINE_EXCEEDED,
} satisfies Record<AdminErrorCode, Code>;

const STORAGE_CODES = {
  failed: Code.UNAVAILABLE,
  full: Code.RESOURCE_EXHAUSTED,
  corrupt: Code.DATA_LOSS,
  foreign: Code.DATA_LOSS,
  closed: Code.UNAVAILABLE,
  locked: Code.UNAVAILABLE,
} satisfies Record<StorageErrorCode, Code>;

/**
 * What a caller is told of anything that was thrown.
 *
 * @param unforeseen told of what is no expected end: the caller learns nothing of it.
 */
export function toStatus(error: unknown, unforeseen: (error: unknown) => void): StatusObject {
  const metadata = new Metadata();
  if (error instanceof AdminError) {
    const { code, message, leaderAddress } = error;
    if (leaderAddress !== undefined) metadata.set(LEADER_TRAILER, leaderAddress);
    return { code: CODES[code], details: message, metadata };
  }
  if (error instanceof StorageError) {
    return { code: STORAGE_CODES[error.code], details: error.message, metadata };
  }
  unforeseen(error);
  return { code: Code.INTERNAL, details: 'Internal error: see the log of this member.', metadata };
}
