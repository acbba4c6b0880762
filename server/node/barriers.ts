import type { ReadReady, Refuse, RoleChanged } from '../raft/effect.ts';
import type { Index } from '../raft/ids.ts';
import type { Input } from '../raft/input.ts';
import type { Defer } from '../ports/clock.ts';
import type { Call } from './calls.ts';
import type { Contexts } from './contexts.ts';
import type { ReadOutcome } from './outcome.ts';

type Group = readonly Call<ReadOutcome>[];

/** Reads that wait to be confirmed by the leader, and confirmed ones that wait for the state. */
export interface Barriers {
  read(call: Call<ReadOutcome>): void;
  ready(effect: ReadReady): void;
  refused(effect: Refuse): void;
  /** The state has come to stand at `applied`. */
  applied(applied: Index): void;
  roleChanged(effect: RoleChanged): void;
}

/**
 * Reads of one turn share one context.
 *
 * The core forgets reads when leadership moves, so they are asked again when there is another
 * leader; under a new context, since an answer to the old one may still come and proves too little.
 *
 * @param stand where the state stands.
 */
export function createBarriers(
  defer: Defer,
  contexts: Contexts,
  feed: (input: Input) => void,
  stand: () => Index,
): Barriers {
  let gathering: Call<ReadOutcome>[] = [];
  let waiting: { readonly index: Index; readonly group: Group }[] = [];
  const asked = new Map<number, Group>();
  let leadership: string | undefined;

  function ask(group: Group): void {
    // A question or its answer can be lost: whoever waited for it has given up in the meantime.
    for (const [context, others] of asked) {
      if (others.every((call) => !call.isOpen)) asked.delete(context);
    }
    const context = contexts();
    asked.set(context, group);
    feed({ kind: 'read', context });
  }

  return {
    read: (call) => {
      if (gathering.length === 0) {
        defer(() => {
          const group = gathering;
          gathering = [];
          ask(group);
        });
      }
      gathering.push(call);
    },

    ready: ({ context, index }) => {
      const group = asked.get(context);
      if (group === undefined) return;
      asked.delete(context);
      if (index > stand()) waiting.push({ index, group });
      else for (const call of group) call.answer({ kind: 'ready', index: stand() });
    },

    refused: ({ context, refusal }) => {
      const group = asked.get(context) ?? [];
      asked.delete(context);
      for (const call of group) call.answer({ kind: 'refused', refusal });
    },

    applied: (applied) => {
      if (waiting.length === 0) return;
      const ready = waiting.filter(({ index }) => index <= applied);
      waiting = waiting.filter(({ index }) => index > applied);
      for (const { group } of ready) {
        for (const call of group) call.answer({ kind: 'ready', index: applied });
      }
    },

    roleChanged: ({ term, leader }) => {
      if (leader === undefined) return;
      const now = `${term}/${leader}`;
      if (now === leadership) return;
      leadership = now;
      const lost = [...asked.values()].flat().filter((call) => call.isOpen);
      asked.clear();
      if (lost.length > 0) ask(lost);
    },
  };
}
