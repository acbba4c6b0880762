import type { Rows, StatePosition } from '../../ports/state-store.ts';
import type { SnapshotPosition } from '../../raft/snapshot-position.ts';
import { EMPTY_STATE } from '../empty-state.ts';
import { copyRowsHash, createRowsHash, replaceRow } from '../../codec/rows-hash.ts';
import type { RowsHash } from '../../codec/rows-hash.ts';

/** The keys of a state database. */
export interface StateContent {
  rows: Map<string, Uint8Array>;
  position: StatePosition;
  hash: RowsHash;
  /** Rows whose checksum fails. */
  damaged: Set<string>;
}

/** One atomic write. */
export type StateWrite =
  | { readonly kind: 'rows'; readonly rows: Rows; readonly position: SnapshotPosition }
  | {
      readonly kind: 'install';
      readonly rows: ReadonlyMap<string, Uint8Array>;
      readonly position: SnapshotPosition;
    };

export const emptyState = (): StateContent => ({
  rows: new Map(),
  position: EMPTY_STATE,
  hash: createRowsHash(),
  damaged: new Set(),
});

export const copyState = (content: StateContent): StateContent => ({
  rows: new Map(content.rows),
  position: content.position,
  hash: copyRowsHash(content.hash),
  damaged: new Set(content.damaged),
});

/** Puts and deletes the keys of `write`. */
export function applyStateWrite(content: StateContent, write: StateWrite): void {
  if (write.kind === 'install') {
    content.rows = new Map();
    content.hash = createRowsHash();
    content.damaged = new Set();
  }
  for (const [key, value] of write.rows) put(content, key, value);
  content.position = { ...write.position, installed: write.kind === 'install' };
}

function put(content: StateContent, key: string, value: Uint8Array | undefined): void {
  replaceRow(content.hash, key, content.rows.get(key), value);
  if (value === undefined) content.rows.delete(key);
  else content.rows.set(key, value);
  content.damaged.delete(key);
}
