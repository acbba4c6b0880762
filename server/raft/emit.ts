/**
 * How the parts of the core ask for effects. What must be on disk first is merged into at most one
 * persist per step, which comes before every other effect, so that the write starts at once.
 */
import type { Effect, Persist, Refusal, Refuse } from './effect.ts';
import type { HardState } from './hard-state.ts';
import { advance, type Index } from './ids.ts';
import { entriesBetween, lastIndexOf, lastOf } from './log/log.ts';
import type { Message } from './message.ts';
import { beginWrite } from './outbox.ts';
import { leaderOf, type Raft } from './raft.ts';

/** No effects, entries or messages: shared, because most steps ask for little. */
const NOTHING: readonly never[] = [];

/** Asks for an effect. */
export function emit(raft: Raft, effect: Effect): void {
  const { outbox } = raft;
  outbox.effects = added(outbox.effects, effect);
}

/** Sends a message that promises nothing about this member's disk. */
export function send(raft: Raft, message: Message): void {
  emit(raft, { kind: 'send', message });
}

/** Sends a message that is true only once this step's, and all earlier, writes are on disk. */
export function sendOnceDurable(raft: Raft, message: Message): void {
  const { outbox } = raft;
  outbox.thenSend = added(outbox.thenSend, message);
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
  emit(raft, { kind: 'refuse', what, context, offset, count, refusal });
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
  const { effects = NOTHING, hardStateChanged, unsavedFrom, thenSend } = outbox;
  outbox.effects = undefined;
  if (!hardStateChanged && unsavedFrom === undefined && thenSend === undefined) return effects;
  outbox.hardStateChanged = false;
  outbox.unsavedFrom = undefined;
  outbox.thenSend = undefined;
  beginWrite(outbox, raft.nowMs);
  const last = lastIndexOf(raft.log);
  const persist: Persist = {
    kind: 'persist',
    hardState: hardStateChanged ? raft.hardState : undefined,
    entries:
      unsavedFrom === undefined
        ? NOTHING
        : entriesBetween(raft.log, advance(unsavedFrom, -1), last),
    thenSend: thenSend ?? NOTHING,
    token: { sequence: outbox.sequence, term: raft.hardState.term, through: lastOf(raft.log) },
  };
  return [persist, ...effects];
}

/** `list` with `item`; made for the one item, because a list that begins empty makes room for many. */
function added<Item>(list: Item[] | undefined, item: Item): Item[] {
  if (list === undefined) return [item];
  list.push(item);
  return list;
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
