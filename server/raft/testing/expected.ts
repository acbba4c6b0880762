/** The effects that tests expect, of member 1, with what is usually absent left out. */
import type { Effect, Persist, Refusal, Refuse, RoleName } from '../effect.ts';
import type { Entry } from '../entry.ts';
import type { HardState } from '../hard-state.ts';
import type { LogPosition } from '../ids.ts';
import type { Message } from '../message.ts';
import type { Plain, Without } from './plain.ts';

type Outgoing = Plain<Without<Message, 'from'>> & { readonly from?: number };

/** A message of member 1. */
export const message = (outgoing: Outgoing): Message => ({ from: 1, ...outgoing }) as Message;

/** `message` leaves at once. */
export const send = (outgoing: Outgoing): Effect => ({ kind: 'send', message: message(outgoing) });

/** A persist in `term`, behind which the log ends at `through`. */
export const persist = (
  sequence: number,
  term: number,
  through: LogPosition,
  what: {
    readonly hardState?: Plain<HardState>;
    readonly entries?: readonly Entry[];
    readonly thenSend?: readonly Message[];
  } = {},
): Effect =>
  ({
    kind: 'persist',
    hardState: what.hardState,
    entries: what.entries ?? [],
    thenSend: what.thenSend ?? [],
    token: { sequence, term, through },
  }) as Persist;

/** The role is new, or its term, or the leader known in it. */
export const became = (role: RoleName, term: number, leader?: number): Effect =>
  ({ kind: 'roleChanged', role, term, leader }) as Effect;

/** An input was turned away; of several commands, `count` from `offset` on. */
export const refuse = (
  what: Refuse['what'],
  context: number,
  refusal: Plain<Refusal>,
  offset = 0,
  count = 1,
): Effect => ({ kind: 'refuse', what, context, offset, count, refusal: refusal as Refusal });

/** These entries may be applied. */
export const commit = (...entries: readonly Entry[]): Effect => ({ kind: 'commit', entries });
