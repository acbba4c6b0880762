/** Why a storage operation failed; `locked`: another process has the directory open. */
export type StorageErrorCode = 'failed' | 'full' | 'corrupt' | 'closed' | 'foreign' | 'locked';

/** An operating error of a store: what happened, to what. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A value, or the error in its place. */
export type Outcome<Value, Failure = StorageError> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: Failure };

/**
 * Called once with the outcome; never before the call that takes it has returned.
 *
 * Callbacks, not promises: the simulator decides when each one comes.
 */
export type Done<Value> = (outcome: Outcome<Value>) => void;
