/**
 * The writes of one key whose outcome is unknown, and the ways in which some of them, done now, can
 * turn one value into another.
 *
 * Such a write need not be done at all, and never has to be done before another operation: it may
 * wait until somebody sees its effect. So it is enough to try one where the next operation with a
 * known result does not find the value it needs, and then only the shortest sequences: a put that
 * something before it would lead up to, or a sequence that comes by the same value twice, contains
 * writes that nobody sees. That is what keeps a history with hundreds of unknown writes cheap.
 */
import { after, type Write } from './register.ts';

/** One write that may be done, once at most, after it was invoked. */
export interface PendingWrite {
  readonly write: Write;
  readonly invoked: number;
}

/** The writes, and which of them are done. */
export interface PendingWrites {
  readonly all: readonly PendingWrite[];
  readonly done: boolean[];
  /** Places in `all`, by the value that the write ends with. */
  readonly byPut: ReadonlyMap<string, readonly number[]>;
  readonly bySwapTo: ReadonlyMap<string, readonly number[]>;
  readonly byToken: ReadonlyMap<string, readonly number[]>;
  readonly tokenLengths: readonly number[];
}

/** None of them done. `all` is sorted by the moment of invocation. */
export function createPendingWrites(all: readonly PendingWrite[]): PendingWrites {
  const byPut = new Map<string, number[]>();
  const bySwapTo = new Map<string, number[]>();
  const byToken = new Map<string, number[]>();
  for (const [place, { write }] of all.entries()) {
    switch (write.kind) {
      case 'put':
        addTo(byPut, write.value, place);
        break;
      case 'compareAndSwap':
        if (write.from !== write.to) addTo(bySwapTo, write.to, place);
        break;
      case 'append':
        if (write.token !== '') addTo(byToken, write.token, place);
        break;
    }
  }
  const tokenLengths = [...new Set([...byToken.keys()].map((token) => token.length))];
  return { all, done: all.map(() => false), byPut, bySwapTo, byToken, tokenLengths };
}

/** A sequence of pending writes, and the value after it. */
export interface Chain {
  readonly places: readonly number[];
  readonly value: string;
}

/** Every sequence worth trying of writes invoked before `moment` that turns `from` into `to`. */
export function* chainsTo(
  pending: PendingWrites,
  from: string,
  to: string,
  moment: number,
): Generator<Chain> {
  for (const places of backwards({ pending, from, moment, path: new Set([to]) }, to, [])) {
    yield { places, value: to };
  }
}

/** Every single write invoked before `moment` that turns `from` into something else. */
export function* chainsAwayFrom(
  { all, done }: PendingWrites,
  from: string,
  moment: number,
): Generator<Chain> {
  const effects = new Set<string>();
  for (const [place, { write, invoked }] of all.entries()) {
    if (invoked > moment) return;
    if (done[place] === true) continue;
    const value = after(write, from);
    // A put and a swap that leave the same value behind are not the same: one can be done anywhere.
    const effect = `${write.kind} ${value}`;
    if (value === from || effects.has(effect)) continue;
    effects.add(effect);
    yield { places: [place], value };
  }
}

interface Quest {
  readonly pending: PendingWrites;
  readonly from: string;
  readonly moment: number;
  /** Values on the way back, so that none is come by twice. */
  readonly path: Set<string>;
}

/** The sequences that end with `value` and then go on with `rest`, told from their end. */
function* backwards(
  quest: Quest,
  value: string,
  rest: readonly number[],
): Generator<readonly number[]> {
  const { pending } = quest;
  const put = pick(quest, pending.byPut.get(value), rest);
  if (put !== undefined) yield [put, ...rest];
  for (const length of pending.tokenLengths) {
    const start = value.length - length;
    const append =
      start < 0 ? undefined : pick(quest, pending.byToken.get(value.slice(start)), rest);
    if (append !== undefined) yield* before(quest, value.slice(0, start), [append, ...rest]);
  }
  const sources = new Set<string>();
  for (const swap of pending.bySwapTo.get(value) ?? []) {
    const write = pending.all[swap]?.write;
    if (write?.kind !== 'compareAndSwap' || sources.has(write.from)) continue;
    if (!isFree(quest, swap, rest)) continue;
    sources.add(write.from);
    yield* before(quest, write.from, [swap, ...rest]);
  }
}

function* before(
  quest: Quest,
  value: string,
  rest: readonly number[],
): Generator<readonly number[]> {
  if (value === quest.from) yield rest;
  else if (!quest.path.has(value)) {
    quest.path.add(value);
    yield* backwards(quest, value, rest);
    quest.path.delete(value);
  }
}

/** Writes with the same effect are as good as each other once they may be done: the first will do. */
const pick = (
  quest: Quest,
  places: readonly number[] | undefined,
  rest: readonly number[],
): number | undefined => places?.find((place) => isFree(quest, place, rest));

function isFree({ pending, moment }: Quest, place: number, rest: readonly number[]): boolean {
  const write = pending.all[place];
  return (
    write !== undefined &&
    write.invoked < moment &&
    pending.done[place] === false &&
    !rest.includes(place)
  );
}

function addTo(places: Map<string, number[]>, name: string, place: number): void {
  const known = places.get(name);
  if (known === undefined) places.set(name, [place]);
  else known.push(place);
}
