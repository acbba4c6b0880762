/**
 * Looks for an order in which the operations of one key could have happened one after another:
 * Wing and Gong's search with Lowe's memory of where it has been ("Testing for linearizability",
 * 2017), as in porcupine, with three ways out of needless branching:
 *
 * - an operation that finds what it needs and changes nothing is next, without alternative;
 * - one that needs a certain value is tried before one that takes any;
 * - writes with an unknown outcome are done only when somebody sees them ({@link PendingWrites}).
 */
import type { TimedOperation } from './history.ts';
import {
  chainsAwayFrom,
  chainsTo,
  createPendingWrites,
  type Chain,
  type PendingWrite,
  type PendingWrites,
} from './pending-writes.ts';
import { after, meets, needOf, type Need } from './register.ts';
import { createVisited, type Visited } from './visited.ts';

/** Where the search got farthest without finding an order. */
export interface Impasse {
  /** The order found until there, pending writes included. */
  readonly order: readonly TimedOperation[];
  readonly value: string;
  /** What would have to come next, one of them, and none can. */
  readonly next: readonly TimedOperation[];
}

export type SearchResult =
  | { readonly kind: 'found'; readonly steps: number }
  | { readonly kind: 'impossible'; readonly steps: number; readonly impasse: Impasse }
  /** Given up after `steps`: nothing is known. */
  | { readonly kind: 'undecided'; readonly steps: number };

/** Searches the operations of one key, of an absent value at first, for at most `stepsMax` steps. */
export function searchOrder(operations: readonly TimedOperation[], stepsMax: number): SearchResult {
  const search = createSearch(operations);
  const stack: Frame[] = [{ moves: movesFrom(search), move: undefined, value: '' }];
  let steps = 0;
  let farthest = 0;
  let impasse: Impasse = { order: [], value: '', next: candidates(search).map(timedOf) };
  while (search.left > 0) {
    const frame = stack.at(-1);
    if (frame === undefined) return { kind: 'impossible', steps, impasse };
    const next = frame.moves.next();
    if (next.done === true) {
      if (stack.length > farthest) {
        farthest = stack.length;
        impasse = impasseAt(search, stack);
      }
      if (frame.move !== undefined) undo(search, frame.move, frame.value);
      stack.pop();
      continue;
    }
    steps++;
    if (steps > stepsMax) return { kind: 'undecided', steps };
    const value = search.value;
    make(search, next.value);
    if (search.visited.enter(search.value)) {
      stack.push({ moves: movesFrom(search), move: next.value, value });
    } else undo(search, next.value, value);
  }
  return { kind: 'found', steps };
}

/** An operation with a known result, at its place in the order of invocation. */
interface Known {
  readonly place: number;
  readonly timed: TimedOperation;
  readonly need: Need;
}

/** Pending writes, if any, and the known operation that sees them. */
interface Move {
  readonly known: Known;
  readonly places: readonly number[];
  /** The value after it. */
  readonly value: string;
}

interface Frame {
  readonly moves: Iterator<Move>;
  /** What led here … */
  readonly move: Move | undefined;
  /** … and from which value. */
  readonly value: string;
}

/**
 * Calls and returns of the known operations not ordered yet, as a list by time: `2 × place` is a
 * call, `2 × place + 1` its return, and the last number is both ends of the list.
 */
interface Search {
  readonly known: readonly Known[];
  readonly pending: PendingWrites;
  readonly pendingTimed: readonly TimedOperation[];
  readonly next: number[];
  readonly previous: number[];
  readonly end: number;
  readonly visited: Visited;
  value: string;
  left: number;
}

function createSearch(operations: readonly TimedOperation[]): Search {
  const sorted = [...operations].sort((a, b) => a.invoked - b.invoked);
  const known = sorted
    .filter(({ returned }) => returned !== Infinity)
    .map((timed, place) => ({ place, timed, need: needOf(timed.operation, timed.result) }));
  const pendingTimed = sorted.filter(({ returned }) => returned === Infinity);
  const pending = pendingTimed.flatMap(({ operation, invoked }): PendingWrite[] =>
    operation.kind === 'get' ? [] : [{ write: operation, invoked }],
  );
  const end = 2 * known.length;
  const list = [...known.keys()].flatMap((place) => [2 * place, 2 * place + 1]);
  const momentOf = (event: number): number => {
    const timed = known[event >> 1]?.timed;
    return (event % 2 === 0 ? timed?.invoked : timed?.returned) ?? 0;
  };
  // At the same moment a call comes first: operations that touch are concurrent.
  list.sort((a, b) => momentOf(a) - momentOf(b) || (a % 2) - (b % 2));
  const next: number[] = Array.from({ length: end + 1 }, () => end);
  const previous: number[] = Array.from({ length: end + 1 }, () => end);
  let last = end;
  for (const event of list) {
    next[last] = event;
    previous[event] = last;
    last = event;
  }
  next[last] = end;
  previous[end] = last;
  return {
    known,
    pending: createPendingWrites(pending),
    pendingTimed: pendingTimed.filter(({ operation }) => operation.kind !== 'get'),
    next,
    previous,
    end,
    visited: createVisited(known.length, pending.length),
    value: '',
    left: known.length,
  };
}

/** The known operations invoked before any of those not ordered yet returned, that one first. */
function candidates(search: Search): readonly Known[] {
  const found: Known[] = [];
  for (let event = search.next[search.end]; event !== undefined; event = search.next[event]) {
    if (event === search.end || event % 2 === 1) break;
    const known = search.known[event >> 1];
    if (known !== undefined) found.push(known);
  }
  return found.sort((a, b) => a.timed.returned - b.timed.returned);
}

/** What can be next, likeliest first. Goes on where it was when the search has come back to it. */
function* movesFrom(search: Search): Generator<Move> {
  const { value, pending } = search;
  const open = candidates(search);
  const moves = open
    .filter(({ need }) => meets(need, value))
    .map((known) => ({ known, places: [], value: after(known.timed.operation, value) }));
  // A put of the value that stands there is not idle: later it could bring that value back.
  const idle = moves.find((move) => move.value === value && move.known.need.kind !== 'any');
  if (idle !== undefined) {
    yield idle;
    return;
  }
  yield* moves.filter(({ known }) => known.need.kind !== 'any');
  yield* moves.filter(({ known }) => known.need.kind === 'any');
  const moment = open[0]?.timed.returned ?? Infinity;
  for (const known of open) {
    if (meets(known.need, value)) continue;
    for (const chain of chainsFor(pending, known.need, value, moment)) {
      yield {
        known,
        places: chain.places,
        value: after(known.timed.operation, chain.value),
      };
    }
  }
}

/** Sequences of pending writes that lead from `value` to what is needed. */
function chainsFor(
  pending: PendingWrites,
  need: Need,
  value: string,
  moment: number,
): Iterable<Chain> {
  switch (need.kind) {
    case 'exactly':
      return chainsTo(pending, value, need.value, moment);
    case 'anythingBut':
      return chainsAwayFrom(pending, value, moment);
    case 'any':
    case 'impossible':
      return [];
  }
}

function make(search: Search, { known, places, value }: Move): void {
  unlink(search, 2 * known.place);
  unlink(search, 2 * known.place + 1);
  for (const place of places) {
    search.pending.done[place] = true;
    search.visited.flipPending(place);
  }
  search.visited.flipKnown(known.place);
  search.value = value;
  search.left--;
}

function undo(search: Search, { known, places }: Move, value: string): void {
  relink(search, 2 * known.place + 1);
  relink(search, 2 * known.place);
  for (const place of places) {
    search.pending.done[place] = false;
    search.visited.flipPending(place);
  }
  search.visited.flipKnown(known.place);
  search.value = value;
  search.left++;
}

// An event taken out keeps its own links, so that it finds back to its place (Knuth's dancing links).
function unlink({ next, previous, end }: Search, event: number): void {
  next[previous[event] ?? end] = next[event] ?? end;
  previous[next[event] ?? end] = previous[event] ?? end;
}

function relink({ next, previous, end }: Search, event: number): void {
  next[previous[event] ?? end] = event;
  previous[next[event] ?? end] = event;
}

const timedOf = ({ timed }: Known): TimedOperation => timed;

function impasseAt(search: Search, stack: readonly Frame[]): Impasse {
  const order = stack.flatMap(({ move }) => {
    if (move === undefined) return [];
    const pending = move.places.flatMap((place) => search.pendingTimed[place] ?? []);
    return [...pending, move.known.timed];
  });
  return { order, value: search.value, next: candidates(search).map(timedOf) };
}
