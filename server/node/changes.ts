import type { Change, Configuration } from '../raft/membership/configuration.ts';
import { isJoint } from '../raft/membership/configuration.ts';
import type { ChangeAccepted, Refuse } from '../raft/effect.ts';
import type { Index, LogPosition, Term } from '../raft/ids.ts';
import type { Input } from '../raft/input.ts';
import type { Call } from './calls.ts';
import type { Contexts } from './contexts.ts';
import type { ChangeOutcome } from './outcome.ts';

interface Placed {
  readonly index: Index;
  readonly term: Term;
  readonly call: Call<ChangeOutcome>;
  /** Its own entry is committed; what is left is the end of its joint phase. */
  committed: boolean;
}

/** Membership changes that were asked for here and are not in force yet. */
export interface Changes {
  change(expected: Index, changes: readonly Change[], call: Call<ChangeOutcome>): void;
  /** `commit`: what the core knows to be committed, applied or not. */
  accepted(effect: ChangeAccepted, commit: Index): void;
  refused(effect: Refuse): void;
  /** The entry at `position` is committed; `configuration` when it is one. */
  applied(position: LogPosition, configuration: Configuration | undefined): void;
  /** The state jumped to `index`: whose entries are below it cannot be told. */
  installed(index: Index): void;
}

/** No changes yet; `feed` takes their inputs, under contexts drawn from `contexts`. */
export function createChanges(contexts: Contexts, feed: (input: Input) => void): Changes {
  const asked = new Map<number, Call<ChangeOutcome>>();
  let placed: Placed[] = [];

  /** Answers those for which `decide` has an outcome. */
  function settle(decide: (change: Placed) => ChangeOutcome | undefined): void {
    const before = placed;
    placed = [];
    for (const change of before) {
      const outcome = decide(change);
      if (outcome !== undefined) change.call.answer(outcome);
      else if (change.call.isOpen) placed.push(change);
    }
  }

  return {
    change: (expected, changes, call) => {
      const context = contexts();
      asked.set(context, call);
      feed({ kind: 'change', context, expected, changes });
    },

    accepted: ({ context, index, term }, commit) => {
      const call = asked.get(context);
      asked.delete(context);
      if (call === undefined) return;
      // Nothing had to be changed. That configuration may be of an earlier term than the answer.
      if (index <= commit) call.answer({ kind: 'changed', index });
      else placed.push({ index, term, call, committed: false });
    },

    refused: ({ context, refusal }) => {
      asked.get(context)?.answer({ kind: 'refused', refusal });
      asked.delete(context);
    },

    applied: (position, configuration) => {
      if (placed.length === 0) return;
      settle((change) => {
        if (position.index < change.index) return undefined;
        if (position.index === change.index) {
          if (position.term !== change.term) return { kind: 'dropped' };
          change.committed = true;
        }
        const inForce = change.committed && configuration !== undefined && !isJoint(configuration);
        return inForce ? { kind: 'changed', index: position.index } : undefined;
      });
    },

    installed: (index) => {
      settle((change) => (change.index <= index ? { kind: 'unknown' } : undefined));
    },
  };
}
