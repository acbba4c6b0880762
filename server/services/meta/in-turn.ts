import { accept, fail } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Passage } from '../gate.ts';
import { cancelled } from '../status-of.ts';

/**
 * Starts each when the one before it has succeeded. What fails, or may have failed, is the answer to all,
 * and nothing is started after it, nor once the passage was cancelled.
 *
 * @param done called once, with what came of each.
 */
export function inTurn<Ask, Reply>(
  asks: readonly Ask[],
  start: (ask: Ask, then: (answer: Answer<Reply>) => void) => Passage,
  done: (answer: Answer<readonly Reply[]>) => void,
): Passage {
  const replies: Reply[] = [];
  let current: Passage | undefined;
  let gone = false;

  function next(): void {
    const at = replies.length;
    const ask = asks[at];
    if (ask === undefined) {
      done(accept(replies));
      return;
    }
    if (gone) {
      done(fail(cancelled()));
      return;
    }
    const passage = start(ask, (answer) => {
      if (answer.ok) {
        replies.push(answer.value);
        next();
      } else {
        done(answer);
      }
    });
    if (replies.length === at) current = passage;
  }

  next();
  return {
    cancel: () => {
      gone = true;
      current?.cancel();
    },
  };
}
