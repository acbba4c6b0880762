import type { ErrorCode } from './error-code.ts';

/** The other end broke the protocol: its connection ends, and is told `code`. */
export class Http2Error extends Error {
  override readonly name = 'Http2Error';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What the protocol does not allow, and has no code of its own for. */
export const broken = (problem: string): Http2Error => new Http2Error('protocolError', problem);
