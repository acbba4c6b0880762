import { addRow, createRowsHash } from '../../codec/rows-hash.ts';
import type { Done } from '../../ports/outcome.ts';
import type { SnapshotSource } from '../../ports/snapshot-source.ts';
import type { SnapshotPosition } from '../../raft/snapshot-position.ts';
import type { Gate } from './gate.ts';
import { textPiecesOf } from './level.ts';
import type { Level } from './level.ts';
import { ROWS_END } from './position-record.ts';
import type { PositionRecord } from './position-record.ts';
import { encodeFrame } from './row-frame.ts';
import { CHUNK_OVERHEAD_BYTES, encodeChunk } from './snapshot-chunk.ts';
import { checkAgainst, checkRow, positionIn } from './state-body.ts';
import type { StateBody } from './state-body.ts';
import { storageErrorOf } from './storage-error.ts';

type Snapshot = ReturnType<Level['snapshot']>;

/**
 * A snapshot of `body` as it is now. What cannot be read shows in `next`.
 *
 * @param chunkBytesMax of a whole chunk.
 * @param release called once when nothing of `body` is used any more.
 */
export function createSnapshotSource(
  gate: Gate,
  body: StateBody,
  chunkBytesMax: number,
  release: () => Promise<void>,
): SnapshotSource {
  const { level } = body;
  const snapshot = level.snapshot();
  let at: PositionRecord;
  try {
    at = positionIn(body, snapshot);
  } catch (error) {
    gate.background(async () => {
      await snapshot.close();
      await release();
    });
    return createFailedSource(gate, body.position, error);
  }
  const chunks = chunksOf(level, snapshot, at, chunkBytesMax - CHUNK_OVERHEAD_BYTES);
  let closed = false;
  return {
    position: at.position,
    hash: at.hash,
    next: (done) => {
      const answer: Done<Uint8Array | undefined> = (outcome) => {
        if (!closed) done(outcome);
      };
      gate.read(async () => {
        const { value } = await chunks.next();
        return value ?? undefined;
      }, answer);
    },
    close: () => {
      if (closed) return;
      closed = true;
      gate.background(async () => {
        await chunks.return();
        await snapshot.close();
        await release();
      });
    },
  };
}

/** A snapshot that gives no chunk but `error`, or what the gate says. */
export const createFailedSource = (
  gate: Gate,
  position: SnapshotPosition,
  error: unknown,
): SnapshotSource => {
  let closed = false;
  return {
    position,
    next: (done) => {
      gate.read<undefined>(
        () => Promise.reject(storageErrorOf(error, 'state')),
        (outcome) => {
          if (!closed) done(outcome);
        },
      );
    },
    close: () => {
      closed = true;
    },
  };
};

async function* chunksOf(
  level: Level,
  snapshot: Snapshot,
  record: PositionRecord,
  payloadBytesMax: number,
): AsyncGenerator<Buffer, void, undefined> {
  const { position } = record;
  const hash = createRowsHash();
  let frames: Buffer[] = [];
  let bytes = 0;
  let found = 0;
  let sequence = 0;
  const chunk = (payload: Buffer, last: boolean): Buffer =>
    encodeChunk({ sequence: sequence++, last, position, payload });

  for await (const piece of textPiecesOf(level, { lt: ROWS_END, snapshot })) {
    for (const [key, row] of piece) {
      addRow(hash, checkRow(level, key, row));
      const frame = encodeFrame(key, row);
      frames.push(frame);
      bytes += frame.length;
      found += 1;
    }
    if (bytes < payloadBytesMax) continue;
    let rest = Buffer.concat(frames);
    for (; rest.length > payloadBytesMax; rest = rest.subarray(payloadBytesMax)) {
      yield chunk(rest.subarray(0, payloadBytesMax), false);
    }
    frames = [rest];
    bytes = rest.length;
  }
  try {
    checkAgainst(record, found, hash);
  } catch (error) {
    throw storageErrorOf(error, level.location);
  }
  yield chunk(Buffer.concat(frames), true);
}
