/** `refused`: it was not carried out. `unknown`: no answer came, it may have been carried out. */
export type AdminErrorCode = 'refused' | 'unknown';

/** A call of a member that failed. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly code: AdminErrorCode;

  constructor(code: AdminErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
