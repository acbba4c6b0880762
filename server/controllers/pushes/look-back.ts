/**
 * What one process is told beside the lines that are held, because these do not go far enough back:
 * from the state; or, when it has just started, from lines of what it loads.
 */
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';
import { createGathering, repeatable } from './batch.ts';
import type { BatchLimits } from './batch.ts';
import type { History, Telling } from './history.ts';
import type { Outbox } from './outbox.ts';

/** What is to be done next. */
export type Look =
  /** Nothing: lines tell all that it has not got. */
  | { readonly kind: 'none' }
  /** To be sent; told again until it is acknowledged. */
  | { readonly kind: 'records'; readonly records: readonly Push[] }
  /** The state cannot be read now. */
  | { readonly kind: 'later' }
  /** It has been told all; from entries after this one on, lines tell. */
  | { readonly kind: 'over'; readonly to: Index };

export interface LookBack {
  /** Looks back when lines that it has not got are gone. */
  next(acknowledged: Index): Look;
  /** It has what was sent last. */
  acknowledged(): void;
  /** Whether it is to be told what lines do not tell. */
  isNeeded(): boolean;
  /** Whether something that it must know cannot be told any more. */
  missed(): boolean;
}

export interface LookBackParts {
  readonly broker: bigint;
  readonly outbox: Outbox;
  readonly loaded: Outbox;
  readonly history: History;
  readonly options: { readonly batch: BatchLimits };
  /** See `Opening`: until lines tell something. */
  readonly freshTo: number;
}

interface Running {
  readonly telling: Telling;
  /** What comes from entries up to this one it makes up for. */
  readonly to: Index;
  /** What was sent, and is not acknowledged. */
  pending: readonly Push[] | undefined;
}

export function createLookBack(parts: LookBackParts): LookBack {
  const { broker, outbox, loaded, history, options } = parts;
  /** It has what came from entries up to this one; undefined: lines tell the rest. */
  let since: Index | undefined;
  let running: Running | undefined;
  let missed = false;
  let { freshTo } = parts;

  /** What a process does not load when it starts, and has nothing old of, it need not be told. */
  function start(from: Index): Running {
    const isFresh = freshTo >= outbox.gone().index;
    const last = outbox.lastIndex();
    const to = isFresh ? toIndex(Math.min(freshTo, last)) : last;
    const areHeld = isFresh && from >= loaded.gone().index;
    const telling = areHeld
      ? tellLines(loaded, { broker, from, to })
      : history.since(from, isFresh ? 'loaded' : 'all');
    missed ||= !telling.complete;
    running = { telling, to, pending: undefined };
    return running;
  }

  return {
    next: (acknowledged) => {
      if (since === undefined && acknowledged < outbox.gone().index) since = acknowledged;
      if (since === undefined) {
        freshTo = 0;
        return { kind: 'none' };
      }
      const now = running ?? start(since);
      now.pending ??= now.telling.next(options.batch);
      if (now.pending === undefined) return { kind: 'later' };
      if (now.pending.length > 0) return { kind: 'records', records: now.pending };
      since = running = undefined;
      return { kind: 'over', to: now.to };
    },
    acknowledged: () => {
      if (running !== undefined) running.pending = undefined;
    },
    isNeeded: () => since !== undefined,
    missed: () => missed,
  };
}

interface Stretch {
  readonly broker: bigint;
  /** Of entries after this one … */
  readonly from: Index;
  /** … up to this one. */
  readonly to: Index;
}

/** Lines as they are held now: what is dropped while they are told is told all the same. */
function tellLines(outbox: Outbox, { broker, from, to }: Stretch): Telling {
  const pushes: Push[] = [];
  let place = outbox.placeAfter(from);
  for (let line = outbox.at(place); line && line.index <= to; line = outbox.at(place)) {
    const { except, ...push } = line.push;
    if (except !== broker) pushes.push(push);
    place += 1;
  }
  let told = 0;
  return {
    complete: true,
    next: (limits) => {
      const gathering = createGathering(limits);
      for (let push = pushes[told]; push !== undefined; push = pushes[told]) {
        if (!gathering.add(repeatable(push))) break;
        told += 1;
      }
      return gathering.records;
    },
  };
}
