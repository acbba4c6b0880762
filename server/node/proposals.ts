import type { Accepted, Refuse } from '../raft/effect.ts';
import type { Entry } from '../raft/entry.ts';
import { advance } from '../raft/ids.ts';
import type { Index, Term } from '../raft/ids.ts';
import { invariant } from '../raft/invariant.ts';
import type { Input } from '../raft/input.ts';
import type { Defer } from '../ports/clock.ts';
import type { Call } from './calls.ts';
import type { Contexts } from './contexts.ts';
import type { ProposeOutcome } from './outcome.ts';

interface Proposal {
  readonly command: Uint8Array;
  readonly call: Call<ProposeOutcome>;
}

/** Proposals of one input; `open` of them have no answer yet. */
interface Batch {
  readonly proposals: readonly Proposal[];
  open: number;
}

interface Placed {
  readonly term: Term;
  readonly call: Call<ProposeOutcome>;
}

/** Proposals on their way into the log, and those with a place in it that is not committed yet. */
export interface Proposals {
  propose(command: Uint8Array, call: Call<ProposeOutcome>): void;
  accepted(effect: Accepted): void;
  refused(effect: Refuse): void;
  /** The entry is committed and applied. */
  applied(entry: Entry, reply: Uint8Array): void;
  /** The state jumped to `index`: what was applied on the way cannot be told. */
  installed(index: Index): void;
}

/** What is proposed in one turn becomes one input, hence one write and one message per follower. */
export function createProposals(
  defer: Defer,
  contexts: Contexts,
  feed: (input: Input) => void,
): Proposals {
  let gathering: Proposal[] = [];
  const asked = new Map<number, Batch>();
  /** More than one where a proposal of an earlier term was cut off and its index given again. */
  const placed = new Map<Index, Placed[]>();

  function ask(): void {
    const context = contexts();
    asked.set(context, { proposals: gathering, open: gathering.length });
    const commands = gathering.map((proposal) => proposal.command);
    gathering = [];
    feed({ kind: 'propose', context, commands });
  }

  /** Takes the proposals that an effect answers. */
  function take(context: number, offset: number, count: number): readonly Proposal[] {
    const batch = asked.get(context);
    invariant(batch !== undefined && batch.open >= count, 'every proposal is answered once', {
      context,
      offset,
      count,
    });
    batch.open -= count;
    if (batch.open === 0) asked.delete(context);
    return batch.proposals.slice(offset, offset + count);
  }

  return {
    propose: (command, call) => {
      if (gathering.length === 0) defer(ask);
      gathering.push({ command, call });
    },

    accepted: ({ context, offset, first, count, term }) => {
      let index = first;
      for (const { call } of take(context, offset, count)) {
        const others = placed.get(index);
        if (others === undefined) placed.set(index, [{ term, call }]);
        else others.push({ term, call });
        index = advance(index);
      }
    },

    refused: ({ context, offset, count, refusal }) => {
      for (const { call } of take(context, offset, count))
        call.answer({ kind: 'refused', refusal });
    },

    applied: (entry, reply) => {
      const there = placed.get(entry.index);
      if (there === undefined) return;
      placed.delete(entry.index);
      for (const { term, call } of there) {
        if (term === entry.term) call.answer({ kind: 'applied', index: entry.index, reply });
        else call.answer({ kind: 'dropped' });
      }
    },

    installed: (through) => {
      for (const [index, there] of placed) {
        if (index > through) continue;
        placed.delete(index);
        for (const { call } of there) call.answer({ kind: 'unknown' });
      }
    },
  };
}
