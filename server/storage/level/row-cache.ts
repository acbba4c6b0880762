/**
 * Values of rows that were used lately, so that a read of one neither crosses over to LevelDB nor makes
 * an object. Two generations: what is used comes into the younger one, and when that has half of the
 * room it takes the place of the older one, which is dropped as a whole. So nothing is deleted piece by
 * piece, which would leave the garbage collector holes to go through, and no order is kept.
 */
export interface RowCache {
  /** The value; not to be changed. */
  get(key: string): Uint8Array | undefined;
  put(key: string, value: Uint8Array): void;
  /** The row has another value, or none: what is not there does not come in by this. */
  changed(key: string, value: Uint8Array | undefined): void;
  /** The rows are others. */
  clear(): void;
  /** Whether more would push something out. */
  isFull(): boolean;
  stats(): RowCacheStats;
}

export interface RowCacheStats {
  readonly bytes: number;
  readonly bytesMax: number;
  readonly hits: number;
  readonly misses: number;
}

interface Generation {
  readonly values: Map<string, Uint8Array>;
  bytes: number;
  /** Values lie in it one behind the other. */
  chunk: Buffer;
  chunkUsed: number;
}

/** What an entry takes beside key and value, in bytes, roughly. */
const ENTRY_BYTES = 150;
const CHUNK_BYTES = 64 << 10;
/** A value that is longer would waste much of a chunk, and is not kept. */
const VALUE_BYTES_MAX = CHUNK_BYTES / 4;

const NO_CHUNK = Buffer.alloc(0);

const createGeneration = (): Generation => ({
  values: new Map(),
  bytes: 0,
  chunk: NO_CHUNK,
  chunkUsed: 0,
});

/** @param bytesMax of keys, values and what it takes to keep them. */
export function createRowCache(bytesMax: number): RowCache {
  let young = createGeneration();
  let old = createGeneration();
  let hits = 0;
  let misses = 0;

  const isFull = (): boolean => young.bytes >= bytesMax / 2;

  function put(key: string, value: Uint8Array): void {
    if (value.length > VALUE_BYTES_MAX) return;
    if (isFull()) {
      old = young;
      young = createGeneration();
    }
    const before = young.values.get(key);
    if (before === undefined) {
      young.values.set(key, placeIn(young, value));
      young.bytes += key.length + value.length + ENTRY_BYTES;
    } else {
      // By itself: in the chunk each value that a row had would stay until the generation goes.
      young.values.set(key, new Uint8Array(value));
      young.bytes += value.length - before.length;
    }
  }

  function drop(key: string): void {
    young.values.delete(key);
    old.values.delete(key);
  }

  return {
    isFull,
    put,
    clear: () => {
      young = createGeneration();
      old = createGeneration();
    },
    get: (key) => {
      let value = young.values.get(key);
      if (value === undefined) {
        value = old.values.get(key);
        if (value !== undefined) put(key, value);
      }
      if (value === undefined) misses += 1;
      else hits += 1;
      return value;
    },
    changed: (key, value) => {
      if (!young.values.has(key) && !old.values.has(key)) return;
      // A value that is too long is not put, and must not leave the one before behind.
      if (value === undefined || value.length > VALUE_BYTES_MAX) drop(key);
      else put(key, value);
    },
    stats: () => ({ bytes: young.bytes + old.bytes, bytesMax, hits, misses }),
  };
}

function placeIn(generation: Generation, value: Uint8Array): Uint8Array {
  if (generation.chunkUsed + value.length > generation.chunk.length) {
    generation.chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    generation.chunkUsed = 0;
  }
  const at = generation.chunkUsed;
  generation.chunk.set(value, at);
  generation.chunkUsed += value.length;
  return generation.chunk.subarray(at, at + value.length);
}
