/**
 * What is wrong with bytes from a peer: `malformed`, they are no message of the protocol;
 * `unsafe`, a number in them is greater than 2^53 - 1.
 */
export type CodecErrorCode = 'malformed' | 'unsafe';

/** Bytes that no correct peer sends. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
