import type { Refuse, TransferEnded } from '../raft/effect.ts';
import type { MemberId } from '../raft/ids.ts';
import type { Input } from '../raft/input.ts';
import type { Call } from './calls.ts';
import type { Contexts } from './contexts.ts';
import type { TransferOutcome } from './outcome.ts';

/** Leadership transfers that were asked for here and have not ended. */
export interface Transfers {
  transfer(to: MemberId | undefined, call: Call<TransferOutcome>): void;
  ended(effect: TransferEnded): void;
  refused(effect: Refuse): void;
}

/** No transfers yet; `feed` takes their inputs, under contexts drawn from `contexts`. */
export function createTransfers(contexts: Contexts, feed: (input: Input) => void): Transfers {
  const asked = new Map<number, Call<TransferOutcome>>();

  function answer(context: number, outcome: TransferOutcome): void {
    asked.get(context)?.answer(outcome);
    asked.delete(context);
  }

  return {
    transfer: (to, call) => {
      const context = contexts();
      asked.set(context, call);
      feed({ kind: 'transfer', context, to });
    },
    ended: ({ context, outcome }) => answer(context, { kind: outcome }),
    refused: ({ context, refusal }) => answer(context, { kind: 'refused', refusal }),
  };
}
