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
  /**
   * What the API server, or whoever it asks for admission, has against the object or the change, in its
   * own words; undefined when the failure is about something else.
   */
  readonly refusal: string | undefined;

  constructor(code: KubeErrorCode, message: string, cause?: unknown, refusal?: string) {
    super(message, { cause });
    this.code = code;
    this.refusal = refusal;
  }
}
