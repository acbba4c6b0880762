/**
 * `conflict`: decided on an older object, observe again. `missing`: the object, its kind or its
 * namespace is not there. `expired`: a version that the API server has forgotten, list again.
 * `refused`: not carried out, for another reason. `unknown`: no answer came, or none that can be relied on.
 */
export type KubeErrorCode = 'conflict' | 'missing' | 'refused' | 'expired' | 'unknown';

/** A call of the API server that failed. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly code: KubeErrorCode;

  constructor(code: KubeErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
