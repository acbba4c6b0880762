/** `conflict`: decided on an older object, observe again. `unknown`: no answer came, or none that can be relied on. */
export type KubeErrorCode = 'conflict' | 'refused' | 'expired' | 'unknown';

/** A call of the API server that failed. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly code: KubeErrorCode;

  constructor(code: KubeErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
