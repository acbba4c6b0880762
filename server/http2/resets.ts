/** Streams that end before their time (RFC 9113 §5.4.2). */
import { ERROR_CODES } from './error-code.ts';
import type { ErrorCode } from './error-code.ts';
import { encodeNumberFrame, FRAME } from './frame.ts';
import type { Output } from './output.ts';
import type { Patience } from './patience.ts';

export interface Resets {
  /** Tells the other end that a stream has ended, and why. */
  push(id: number, code: ErrorCode): void;
  /** The same for what it should not have asked for. @throws Http2Error when it does that too often. */
  refuse(id: number, code: ErrorCode, what: string): void;
  /** Answers a frame on a stream that has ended: its sender may not know yet. @throws Http2Error likewise. */
  refuseEnded(id: number): void;
}

export function createResets(output: Output, patience: Patience): Resets {
  const push = (id: number, code: ErrorCode): void =>
    output.push(encodeNumberFrame(FRAME.rstStream, id, ERROR_CODES[code]));

  function refuse(id: number, code: ErrorCode, what: string): void {
    patience.strain(what);
    push(id, code);
  }

  return {
    push,
    refuse,
    refuseEnded: (id) => refuse(id, 'streamClosed', 'frames of requests that have ended'),
  };
}
