import type { ProposeOutcome, ReadOutcome } from '../node/outcome.ts';
import { accept, fail } from './answer.ts';
import type { Answer } from './answer.ts';
import { notConfirmed, ofRefusal, ofThrown, outcomeUnknown } from './status-of.ts';
import type { Refusal } from './status-of.ts';

/**
 * What to do about an outcome of the node: answer it, try again at once, or when leadership has
 * changed. Only what is certain not to have been carried out is tried again.
 */
export type Verdict<Value> = Answer<Value> | 'again' | 'wait';

/** @param numbered whether the command carries a client's number. */
export function judgeProposal(outcome: ProposeOutcome, numbered: boolean): Verdict<Uint8Array> {
  switch (outcome.kind) {
    case 'applied':
      return accept(outcome.reply);
    case 'dropped':
      return 'again';
    case 'refused':
      return judgeRefusal(outcome.refusal);
    case 'unknown':
      return fail(outcomeUnknown(numbered));
  }
}

/** @param look reads the state, synchronously; what it throws is mapped. */
export function judgeRead<Value>(outcome: ReadOutcome, look: () => Answer<Value>): Verdict<Value> {
  switch (outcome.kind) {
    case 'ready':
      try {
        return look();
      } catch (error) {
        return fail(ofThrown(error));
      }
    case 'refused':
      return judgeRefusal(outcome.refusal);
    case 'timeout':
      return fail(notConfirmed());
  }
}

/** Both of the first pass by themselves, and a change of leadership tells. */
const judgeRefusal = (refusal: Refusal): 'wait' | Answer<never> =>
  refusal.reason === 'notLeader' || refusal.reason === 'transferring'
    ? 'wait'
    : fail(ofRefusal(refusal));
