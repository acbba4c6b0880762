/**
 * What of the pushes is kept in the state. A record that is there can be told of again at any time;
 * what is not there any more is kept as it was told, oldest first, for brokers that were away:
 *
 *   d/<index>   what an entry told that no record tells of: when, and its pushes
 *   m/told      the last entry of which brokers were told, and when; how much is kept of the above,
 *               and the last entry of which it is not kept any more
 */
import { bincode } from '../../codec/layout/bincode.ts';
import { bytes, list, string, struct, u64 } from '../../codec/layout/layout.ts';
import { createReader, endOf, readNumber } from '../byte-reader.ts';
import { createWriter, NUMBER_BYTES_MAX, writeNumber, written } from '../byte-writer.ts';
import type { ReadRange, ReadRow, RowsWritten } from '../row-access.ts';
import { keyOfRow, rowKey, TOLD_ROW } from '../row-keys.ts';
import type { Push, PushAction, PushType } from './push.ts';

/** The version of commands that brought this. */
export const TOLD_SINCE = 4;

/**
 * As much is kept, in bytes of rows; a day of some deletions each second. Members drop the same, so it is
 * no setting: they could differ in it. An alarm says when it is less than a day.
 */
export const GONE_BYTES_MAX = 64 << 20;
/** What is dropped at once when it is too much: the look at the oldest is dear. */
const DROPPED_SHARE = 1 / 16;

export interface Told {
  /** The last entry of which brokers were told. */
  readonly index: number;
  /** When that was proposed, in Unix ms; never before what was told before it. */
  readonly timeMs: number;
  /** Rows of what is gone, in bytes. */
  readonly goneBytes: number;
  /** The last entry of which what it told is not kept any more; 0: none was dropped. */
  readonly droppedIndex: number;
}

/** What an entry told that no record tells of. */
export interface Gone {
  readonly index: number;
  /** When it was proposed, in Unix ms; never before what was told before it. */
  readonly timeMs: number;
  readonly pushes: readonly Push[];
}

/** Undefined before anything was told under a version that keeps it. */
export function readTold(read: ReadRow): Told | undefined {
  const row = read(TOLD_ROW);
  if (row === undefined) return undefined;
  const reader = createReader(row, 'what brokers were told');
  const told = {
    index: readNumber(reader),
    timeMs: readNumber(reader),
    goneBytes: readNumber(reader),
    droppedIndex: readNumber(reader),
  };
  endOf(reader);
  return told;
}

/**
 * How far back that reaches which is kept, in ms before what was told last; undefined: nothing of it
 * was dropped.
 */
export function keptMs(read: ReadRow, range: ReadRange): number | undefined {
  const told = readTold(read);
  if (told === undefined || told.droppedIndex === 0) return undefined;
  const [oldest] = goneAfter(range, 0);
  return oldest === undefined ? 0 : Math.max(0, told.timeMs - oldest.timeMs);
}

/** What entries after this one told that no record tells of, oldest first. */
export function* goneAfter(range: ReadRange, index: number): Iterable<Gone> {
  for (const [row, value] of range(rowKey('gone', ''), rowKey('gone', keyOf(index)))) {
    const { time_ms, pushes } = goneCodec.decode(value);
    yield {
      index: Number.parseInt(keyOfRow('gone', row), 16),
      timeMs: Number(time_ms),
      pushes: pushes.map(({ type, action, payload }) => ({
        // As they were written.
        type: type as PushType,
        action: action as PushAction,
        payload,
      })),
    };
  }
}

/**
 * The last entry of which something is kept that went before this time; 0: none. Looks at few of what
 * is kept, of which there may be a great many.
 */
export function goneBefore(read: ReadRow, range: ReadRange, timeMs: number): number {
  let low = 0;
  let high = readTold(read)?.index ?? 0;
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    const [next] = goneAfter(range, middle);
    if (next === undefined || next.timeMs >= timeMs) high = middle;
    else low = next.index;
  }
  return low;
}

/** What is kept, and how much of it, in bytes of rows. */
interface Kept {
  readonly read: ReadRow;
  readonly range: ReadRange;
  readonly bytesMax: number;
}

/** Keeps what of these pushes is to be kept. */
export function keepTold(
  { read, range, bytesMax }: Kept,
  rows: RowsWritten,
  pushes: readonly Push[],
  at: { readonly index: number; readonly timeMs: number },
): void {
  if (pushes.length === 0) return;
  const { goneBytes = 0, droppedIndex = 0, timeMs: beforeMs = 0 } = readTold(read) ?? {};
  // By a clock that is behind, what went just now would be taken for known to who has just started.
  const timeMs = Math.max(at.timeMs, beforeMs);
  const gone = pushes.filter(isGone);
  let bytes = goneBytes;
  if (gone.length > 0) {
    const row = goneCodec.encode({ time_ms: BigInt(timeMs), pushes: gone });
    rows.set(rowKey('gone', keyOf(at.index)), row);
    bytes += row.length;
  }
  const kept = bytes > bytesMax ? dropOldest({ range, bytesMax }, rows, bytes) : undefined;
  writeTold(rows, {
    ...{ index: at.index, timeMs },
    goneBytes: kept?.goneBytes ?? bytes,
    droppedIndex: kept?.droppedIndex ?? droppedIndex,
  });
}

/** Not to be told again from records: deletions, and what is told of offsets, which are no records of brokers. */
const isGone = ({ type, action, repeated }: Push): boolean =>
  repeated === undefined && (action === 'Delete' || type === 'GroupOffset');

function dropOldest(
  { range, bytesMax }: Pick<Kept, 'bytesMax' | 'range'>,
  rows: RowsWritten,
  held: number,
): Pick<Told, 'droppedIndex' | 'goneBytes'> {
  let goneBytes = held;
  let droppedIndex = 0;
  for (const [row, value] of range(rowKey('gone', ''))) {
    if (goneBytes <= bytesMax * (1 - DROPPED_SHARE)) break;
    rows.set(row, undefined);
    goneBytes -= value.length;
    droppedIndex = Number.parseInt(keyOfRow('gone', row), 16);
  }
  return { goneBytes, droppedIndex };
}

function writeTold(rows: RowsWritten, { index, timeMs, goneBytes, droppedIndex }: Told): void {
  const writer = createWriter(4 * NUMBER_BYTES_MAX);
  writeNumber(writer, index);
  writeNumber(writer, timeMs);
  writeNumber(writer, goneBytes);
  writeNumber(writer, droppedIndex);
  rows.set(TOLD_ROW, written(writer));
}

const goneCodec = bincode(
  struct('Gone', {
    time_ms: u64,
    pushes: list(struct('GonePush', { type: string, action: string, payload: bytes })),
  }),
);

/** Of all indexes, in their order. */
const INDEX_DIGITS = 14;
const keyOf = (index: number): string => index.toString(16).padStart(INDEX_DIGITS, '0');
