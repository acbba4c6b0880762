import { compareKeys } from '../ports/key-order.ts';
import type { ReadRange, ReadRow } from '../ports/machine.ts';
import type { Rows } from '../ports/state-store.ts';
import { createSortedKeys } from './sorted-keys.ts';
import type { SortedKeys } from './sorted-keys.ts';

/** What a row costs in memory beyond its key and value, in bytes, roughly. */
const ROW_OVERHEAD_BYTES = 64;

/** Rows applied since the last flush began; `undefined` for those deleted. */
interface Layer {
  readonly rows: Map<string, Uint8Array | undefined>;
  /** Of `rows`. */
  readonly keys: SortedKeys;
  /** What was put in; a row put in twice counts twice, so it is never too low. */
  bytes: number;
}

/** Rows that are applied but not durable, in layers over the store: `current` over `cut` over `flushing`. */
export interface Overlay {
  current: Layer;
  /** Up to where the state is to be compared: goes to the store by itself, before `current`. */
  cut: Layer | undefined;
  /** On its way to the store. */
  flushing: Layer | undefined;
}

const createLayer = (): Layer => ({ rows: new Map(), keys: createSortedKeys(), bytes: 0 });

/** An overlay without rows: everything is read from the store. */
export const createOverlay = (): Overlay => ({
  current: createLayer(),
  cut: undefined,
  flushing: undefined,
});

/** Puts rows over all others. */
export function putRows({ current }: Overlay, rows: Rows): void {
  for (const [key, value] of rows) {
    if (!current.rows.has(key)) current.keys.add(key);
    current.rows.set(key, value);
    current.bytes += key.length + (value?.length ?? 0) + ROW_OVERHEAD_BYTES;
  }
}

/** The newest value of a row. */
export function readThrough(
  { current, cut, flushing }: Overlay,
  store: ReadRow,
  key: string,
): Uint8Array | undefined {
  if (current.rows.has(key)) return current.rows.get(key);
  if (cut?.rows.has(key) === true) return cut.rows.get(key);
  if (flushing?.rows.has(key) === true) return flushing.rows.get(key);
  return store(key);
}

/** The newest rows with a prefix, after a key, in order. */
export function* rangeThrough(
  { current, cut, flushing }: Overlay,
  store: ReadRange,
  prefix: string,
  after: string | undefined,
): Iterable<readonly [key: string, value: Uint8Array]> {
  let rows: Iterable<Row> = store(prefix, after);
  for (const layer of [flushing, cut, current]) {
    if (layer !== undefined) rows = over(layer, rows, prefix, after);
  }
  for (const [key, value] of rows) if (value !== undefined) yield [key, value];
}

type Row = readonly [key: string, value: Uint8Array | undefined];

/** The rows of a layer over those below it, in order. */
function* over(
  { keys, rows }: Layer,
  below: Iterable<Row>,
  prefix: string,
  after: string | undefined,
): Iterable<Row> {
  const above = keys.range(prefix, after)[Symbol.iterator]();
  let next = above.next();
  for (const under of below) {
    let order = -1;
    for (; next.done !== true; next = above.next()) {
      order = compareKeys(next.value, under[0]);
      if (order > 0) break;
      yield [next.value, rows.get(next.value)];
      if (order === 0) {
        next = above.next();
        break;
      }
    }
    if (order !== 0) yield under;
  }
  for (; next.done !== true; next = above.next()) yield [next.value, rows.get(next.value)];
}

/** What is applied from now on is not part of the next flush. An earlier cut that still waits is given up. */
export function cutOverlay(overlay: Overlay): void {
  const { cut, current } = overlay;
  overlay.cut = cut === undefined ? current : joined(cut, current);
  overlay.current = createLayer();
}

function joined(older: Layer, newer: Layer): Layer {
  const both = createLayer();
  for (const [key, value] of [...older.rows, ...newer.rows]) {
    if (!both.rows.has(key)) both.keys.add(key);
    both.rows.set(key, value);
  }
  both.bytes = older.bytes + newer.bytes;
  return both;
}

/** What is applied from now on is not part of the flush that begins. Returns the rows to write. */
export function beginFlush(overlay: Overlay): Rows {
  if (overlay.cut === undefined) cutOverlay(overlay);
  overlay.flushing = overlay.cut ?? createLayer();
  overlay.cut = undefined;
  return overlay.flushing.rows;
}

/** The rows of the flush are in the store. */
export function endFlush(overlay: Overlay): void {
  overlay.flushing = undefined;
}
