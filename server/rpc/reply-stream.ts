/** Many replies to one request, made as fast as the client takes them. */
import type { Answer } from '../http2/sender.ts';
import { endWith, failWith, OK, replyPart, UNFORESEEN } from './answers.ts';
import type { ServedCallParts } from './served-call.ts';
import { CallFailed } from './unary-handler.ts';
import type { Failure } from './unary-handler.ts';

export interface ReplyStreamParts extends Pick<ServedCallParts, 'send' | 'whenTaken'> {
  readonly encode: (message: unknown) => Buffer;
  /** Whether nobody waits for more. */
  readonly isOver: () => boolean;
  /** The last of it is about to be sent. */
  readonly end: () => void;
  /** A message could not be made: a defect. */
  readonly unforeseen: (error: unknown) => void;
}

export interface ReplyStream {
  /** Sends all of it, in this turn and in others. */
  pour(): void;
  /** What ends it after what was sent so far. */
  ending(failure: Failure): Answer;
}

/** In one turn no more than this is made: others are to have theirs. */
const TURN_BYTES = 65_536;

/** @param messages throws `CallFailed`. */
export function createReplyStream(
  messages: Iterator<unknown>,
  parts: ReplyStreamParts,
): ReplyStream {
  const { encode, send, whenTaken, isOver, unforeseen } = parts;
  let answered = false;

  // One without messages has nothing in front of how it went.
  const ending = (failure: Failure): Answer => (answered ? endWith(failure) : failWith(failure));

  function finish(failure: Failure): void {
    parts.end();
    send(ending(failure));
  }

  /** Whether there is more. */
  function pourSome(): boolean {
    for (let bytes = 0; bytes < TURN_BYTES;) {
      const next = messages.next();
      if (next.done === true) return false;
      const message = encode(next.value);
      bytes += message.length + 1;
      send(replyPart(message, !answered));
      answered = true;
    }
    return true;
  }

  function pour(): void {
    if (isOver()) return;
    try {
      if (pourSome()) whenTaken(pour);
      else finish(OK);
    } catch (error) {
      finish(error instanceof CallFailed ? error.failure : UNFORESEEN);
      if (!(error instanceof CallFailed)) unforeseen(error);
    }
  }

  return { pour, ending };
}
