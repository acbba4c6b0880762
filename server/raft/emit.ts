/**
 * How the parts of the core ask for effects. What must be on disk first is merged into at most one
 * persist per step, which comes before every other effect, so that the write starts at once.
 */
import type { Effect, Refusal, Refuse } from './effect.ts';
import type { HardState } from './hard-state.ts';
import { advance, type Index } from './ids.ts';
import { entriesBetween, lastIndexOf, lastOf } from './log/log.ts';
import type { Message } from './message.ts';
import { leaderOf, type Raft } from './raft.ts';

/** Asks for an effect. */
export function emit(raft: Raft, effect: Effect): void {
  raft.outbox.effects.push(effect);
}

/** Sends a message that promises nothing about this member's disk. */
export function send(raft: Raft, message: Message): void {
  raft.outbox.effects.push({ kind: 'send', message });
}

/** Sends a message that is true only once this step's, and all earlier, writes are on disk. */
export function sendOnceDurable(raft: Raft, message: Message): void {
  raft.outbox.thenSend.push(message);
}

/** Turns an input away; of several commands, `count` from `offset` on. */
export function refuse(
  raft: Raft,
  what: Refuse['what'],
  context: number,
  refusal: Refusal,
  offset = 0,
  count = 1,
): void {
  raft.outbox.effects.push({ kind: 'refuse', what, context, offset, count, refusal });
}

/** Moves to a later term, or votes; persisted with this step. */
export function setHardState(raft: Raft, hardState: HardState): void {
  raft.hardState = hardState;
  raft.outbox.hardStateChanged = true;
}

/** Notes that the log was changed from `index` on; persisted with this step. */
export function markUnsaved(raft: Raft, index: Index): void {
  const { unsavedFrom } = raft.outbox;
  if (unsavedFrom === undefined || index < unsavedFrom) raft.outbox.unsavedFrom = index;
}

/** Ends the step: its effects, in order. */
export function takeEffects(raft: Raft): readonly Effect[] {
  announce(raft);
  const { outbox } = raft;
  const { effects, hardStateChanged, unsavedFrom, thenSend } = outbox;
  outbox.effects = [];
  if (!hardStateChanged && unsavedFrom === undefined && thenSend.length === 0) return effects;
  outbox.hardStateChanged = false;
  outbox.unsavedFrom = undefined;
  outbox.thenSend = [];
  outbox.sequence++;
  outbox.outstanding.push({ sequence: outbox.sequence, sinceMs: raft.nowMs });
  const last = lastIndexOf(raft.log);
  effects.unshift({
    kind: 'persist',
    hardState: hardStateChanged ? raft.hardState : undefined,
    entries:
      unsavedFrom === undefined ? [] : entriesBetween(raft.log, advance(unsavedFrom, -1), last),
    thenSend,
    token: { sequence: outbox.sequence, term: raft.hardState.term, through: lastOf(raft.log) },
  });
  return effects;
}

function announce(raft: Raft): void {
  const role = raft.role.kind;
  const { term } = raft.hardState;
  const leader = leaderOf(raft);
  const before = raft.outbox.announced;
  if (before?.role === role && before.term === term && before.leader === leader) return;
  raft.outbox.announced = { kind: 'roleChanged', role, term, leader };
  emit(raft, raft.outbox.announced);
}
