/** Reads rows of the body in force: out of memory, or from disk. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Gate } from './gate.ts';
import { keysWithPrefix } from './key-index.ts';
import { createRowCache } from './row-cache.ts';
import type { RowCache } from './row-cache.ts';
import type { StateBodies } from './state-bodies.ts';
import { readRow } from './state-body.ts';
import type { StateBody } from './state-body.ts';

export interface RowReader extends Pick<RowCache, 'changed' | 'stats'> {
  /** The row's value, checked. Throws StorageError. */
  read(key: string): Uint8Array | undefined;
  /** The same; does not push out what is read often. */
  readInPassing(key: string): Uint8Array | undefined;
  /** Another body is in force: forgets everything, and reads in the background what there is room for. */
  begin(): void;
}

/** Rows that are read at once in the background. */
const WARM_ROWS = 256;

export interface RowReaderOptions {
  /** Of rows that are kept in memory. */
  readonly rowCacheBytes: number;
  /** What keys begin with of rows that are worth reading before anybody asks, what is read most first. */
  readonly warmPrefixes: readonly string[];
}

export function createRowReader(
  gate: Gate,
  bodies: Pick<StateBodies, 'current'>,
  { rowCacheBytes, warmPrefixes }: RowReaderOptions,
): RowReader {
  const cache = createRowCache(rowCacheBytes);

  function fromDisk(key: string): Uint8Array | undefined {
    const body = bodies.current();
    return body && readRow(body, key, gate.isWriting());
  }

  function keep(key: string): Uint8Array | undefined {
    const value = fromDisk(key);
    if (value !== undefined) cache.put(key, value);
    return value;
  }

  /** Some in each turn, so that whoever asks meanwhile need not wait. */
  async function warm(body: StateBody): Promise<void> {
    let count = 0;
    for (const prefix of warmPrefixes) {
      for (const key of keysWithPrefix(body.keys, prefix)) {
        if (!gate.isOpen() || bodies.current() !== body || cache.isFull()) return;
        keep(key);
        count += 1;
        if (count % WARM_ROWS === 0) await nextTurn();
      }
    }
  }

  return {
    read: (key) => {
      gate.check();
      return cache.get(key) ?? keep(key);
    },
    readInPassing: (key) => {
      gate.check();
      return cache.get(key) ?? fromDisk(key);
    },
    begin: () => {
      cache.clear();
      const body = bodies.current();
      if (body !== undefined) gate.background(() => warm(body));
    },
    changed: (key, value) => cache.changed(key, value),
    stats: () => cache.stats(),
  };
}
