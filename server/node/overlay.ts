import { compareKeys } from '../ports/key-order.ts';
import type { ReadRange, ReadRow } from '../ports/machine.ts';
import type { Rows } from '../ports/state-store.ts';

/** What a row costs in memory beyond its key and value, in bytes, roughly. */
const ROW_OVERHEAD_BYTES = 64;

/** Rows applied since the last flush began; `undefined` for those deleted. */
interface Layer {
  readonly rows: Map<string, Uint8Array | undefined>;
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

const createLayer = (): Layer => ({ rows: new Map(), bytes: 0 });

/** An overlay without rows: everything is read from the store. */
export const createOverlay = (): Overlay => ({
  current: createLayer(),
  cut: undefined,
  flushing: undefined,
});

/** Puts rows over all others. */
export function putRows({ current }: Overlay, rows: Rows): void {
  for (const [key, value] of rows) {
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

/** The newest rows with a prefix, after a key, in order. Costs a look at every row of the overlay. */
export function* rangeThrough(
  { current, cut, flushing }: Overlay,
  store: ReadRange,
  prefix: string,
  after: string | undefined,
): Iterable<readonly [key: string, value: Uint8Array]> {
  const over = [...new Map([...(flushing?.rows ?? []), ...(cut?.rows ?? []), ...current.rows])]
    .filter(([key]) => key.startsWith(prefix))
    .filter(([key]) => after === undefined || compareKeys(key, after) > 0)
    .sort(([a], [b]) => compareKeys(a, b));
  let next = 0;
  for (const under of store(prefix, after)) {
    let order = -1;
    for (let row = over[next]; row !== undefined; row = over[next]) {
      order = compareKeys(row[0], under[0]);
      if (order > 0) break;
      next += 1;
      if (row[1] !== undefined) yield [row[0], row[1]];
      if (order === 0) break;
    }
    if (order !== 0) yield under;
  }
  for (const [key, value] of over.slice(next)) if (value !== undefined) yield [key, value];
}

/** What is applied from now on is not part of the next flush. An earlier cut that still waits is given up. */
export function cutOverlay(overlay: Overlay): void {
  const { cut, current } = overlay;
  overlay.cut =
    cut === undefined
      ? current
      : { rows: new Map([...cut.rows, ...current.rows]), bytes: cut.bytes + current.bytes };
  overlay.current = createLayer();
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
