/**
 * Which databases of the state are open: the one in force, those that snapshots being sent still
 * read, and those of snapshots received.
 *
 *   staging.5 ── install: rename, sync ──▶ state.5, the highest number: in force
 *                                          state.4, the one before: removed once nobody reads it
 */
import { rename } from 'node:fs/promises';
import type { SnapshotSource } from '../../ports/snapshot-source.ts';
import { invariant } from '../../raft/invariant.ts';
import type { LevelOptions } from './level.ts';
import { removeDirectory, stageSnapshot } from './staging.ts';
import { closeInGoodOrder, openBody, openStateLevel } from './state-body.ts';
import type { StateBody } from './state-body.ts';
import {
  findStateDirectories,
  stagingPath,
  statePath,
  syncDirectory,
} from './state-directories.ts';
import { storageErrorOf } from './storage-error.ts';

export interface StateBodies {
  /** The one in force. */
  current(): StateBody | undefined;
  /** Opens the one in force, then removes all others. */
  open(): Promise<StateBody>;
  stage(source: SnapshotSource, signal: AbortSignal): Promise<StateBody>;
  /** Puts a staged one in force. Throws StorageError; then open anew which of the two it is. */
  install(staged: StateBody): Promise<void>;
  /** Keeps one open and its files in place, until the function that it returns has been called. */
  hold(body: StateBody): () => Promise<void>;
  /** Closes and removes one that is staged, or no longer in force, unless it is held. */
  dispose(body: StateBody): Promise<void>;
  /** Closes all; `intact`: the one in force is as its last write left it. */
  shut(intact: boolean): Promise<void>;
}

/** @param root the data directory. */
export function createStateBodies(root: string, options: LevelOptions): StateBodies {
  /** How many hold it, for each that is open. */
  const holders = new Map<StateBody, number>();
  let current: StateBody | undefined;
  let number = 0;
  let staged = 0;

  async function dispose(body: StateBody): Promise<void> {
    if (body === current || holders.get(body) !== 0) return;
    holders.delete(body);
    await body.level.close();
    await removeDirectory(body.level.location);
  }

  return {
    current: () => current,

    open: async () => {
      const found = await findStateDirectories(root);
      const body = await openBody(statePath(root, found.current), options);
      for (const path of found.leftovers) await removeDirectory(path);
      ({ current: number } = found);
      current = body;
      holders.set(body, 0);
      return body;
    },

    stage: async (source, signal) => {
      staged += 1;
      const body = await stageSnapshot(stagingPath(root, staged), source, options, signal);
      holders.set(body, 0);
      return body;
    },

    install: async (body) => {
      invariant(holders.get(body) === 0, 'a snapshot is installed once', { number });
      holders.delete(body);
      const path = statePath(root, number + 1);
      const { location } = body.level;
      try {
        // LevelDB opens its files by name.
        await body.level.close();
        await syncDirectory(location);
        await rename(location, path);
        await syncDirectory(root);
      } catch (error) {
        throw storageErrorOf(error, location);
      }
      current = { ...body, level: await openStateLevel(path, options) };
      holders.set(current, 0);
      number += 1;
    },

    hold: (body) => {
      holders.set(body, (holders.get(body) ?? 0) + 1);
      return async () => {
        holders.set(body, (holders.get(body) ?? 1) - 1);
        await dispose(body);
      };
    },

    dispose,

    shut: async (intact) => {
      const open = [...holders.keys()];
      const last = current;
      holders.clear();
      current = undefined;
      for (const body of open) {
        await (intact && body === last ? closeInGoodOrder(body) : body.level.close());
      }
    },
  };
}
