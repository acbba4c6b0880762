import { createRowsHash, formatRowsHash } from '../../codec/rows-hash.ts';
import { StorageError } from '../../ports/outcome.ts';
import type { StateHash } from '../../ports/state-hash.ts';
import type { StagedSnapshot, StateStore } from '../../ports/state-store.ts';
import { invariant } from '../../raft/invariant.ts';
import { EMPTY_STATE } from '../empty-state.ts';
import { createDiskUsage } from './disk-usage.ts';
import type { DiskUsage } from './disk-usage.ts';
import { createGate } from './gate.ts';
import type { Gate } from './gate.ts';
import { createKeyIndex, keysWithPrefix } from './key-index.ts';
import { writeSynced } from './level.ts';
import type { LevelOptions } from './level.ts';
import { createRowReader } from './row-reader.ts';
import type { RowReaderOptions } from './row-reader.ts';
import { createScrub } from './scrub.ts';
import { createFailedSource, createSnapshotSource } from './snapshot-source.ts';
import type { StateBody } from './state-body.ts';
import type { RowCacheStats } from './row-cache.ts';
import { createStateBodies } from './state-bodies.ts';
import type { StateBodies } from './state-bodies.ts';
import { stateChange } from './state-changes.ts';

/** Rows are kept as they were read, beside the blocks that LevelDB keeps. */
export interface StateStoreOptions extends LevelOptions, RowReaderOptions {
  /** Of a whole chunk of a snapshot. */
  readonly chunkBytesMax: number;
}

/** A store that knows how much it holds. Undefined while it is not open. */
export interface StateSizes {
  /** Durable rows. */
  rows(): number | undefined;
  /** As it was some seconds ago. */
  diskUsage(): DiskUsage | undefined;
  /** Of rows in memory, since the process began. */
  rowCache(): RowCacheStats;
}

/**
 * The state store in the data directory `root`. Layout of the database: `row-record.ts`,
 * `position-record.ts`. Opening puts the key of every row in memory, out of the closing record
 * (`closing-record.ts`) if there is one to be believed, or else out of the rows, all of which are read.
 */
export function createLevelStateStore(
  root: string,
  options: StateStoreOptions,
): StateStore & StateSizes {
  const gate = createGate(`${root}, state`);
  const bodies = createStateBodies(root, options);
  const diskUsage = createDiskUsage(() => performance.now());
  const staged = createStagedBodies(gate, bodies);
  const rows = createRowReader(gate, bodies, options);
  /** Undefined when the gate refuses the call that asks. */
  const usable = (): StateBody | undefined => (gate.isOpen() ? bodies.current() : undefined);

  return {
    open: (done) =>
      gate.open(
        async () => (await bodies.open()).position,
        (outcome) => {
          if (outcome.ok) rows.begin();
          done(outcome);
        },
      ),

    rowCache: () => rows.stats(),

    rows: () => usable()?.keys.size,

    diskUsage: () => diskUsage(usable()?.level),

    get: (key) => rows.read(key),

    *range(prefix, after) {
      gate.check();
      for (const key of keysWithPrefix(bodies.current()?.keys ?? NO_KEYS, prefix, after)) {
        const value = rows.readInPassing(key);
        if (value !== undefined) yield [key, value];
      }
    },

    hash: () => hashOf(gate, bodies.current()),

    write: (written, position, done) => {
      const body = usable();
      const change = body && stateChange(body, written, { ...position, installed: false });
      gate.write(async () => {
        if (body === undefined || change === undefined) return;
        await writeSynced(body.level, change.operations);
        change.commit();
        for (const [key, value] of written) rows.changed(key, value);
      }, done);
    },

    snapshot: () => {
      const body = usable();
      if (body === undefined) return createFailedSource(gate, EMPTY_STATE, notOpen(root));
      return createSnapshotSource(gate, body, options.chunkBytesMax, bodies.hold(body));
    },

    scrub: () => createScrub(gate, usable(), (body) => bodies.hold(body)),

    stage: (source, done) =>
      gate.read(async () => staged.handleOf(await bodies.stage(source, gate.signal())), done),

    install: (handle, done) => {
      const before = usable();
      const body = staged.take(handle);
      const { index } = handle.position;
      const once = 'a snapshot is installed where it was staged, once';
      invariant(before === undefined || body !== undefined, once, { index });
      gate.write(async () => {
        if (before === undefined || body === undefined) return;
        await bodies.install(body);
        rows.begin();
        gate.background(() => bodies.dispose(before));
      }, done);
    },

    close: (done) => gate.close((intact) => bodies.shut(intact), done),
  };
}

/** Snapshots that are set aside, by their handles. */
function createStagedBodies(gate: Gate, bodies: StateBodies) {
  const staged = new WeakMap<StagedSnapshot, StateBody>();
  return {
    handleOf: (body: StateBody): StagedSnapshot => {
      const handle: StagedSnapshot = {
        position: body.position,
        discard: () => {
          if (staged.delete(handle)) gate.background(() => bodies.dispose(body));
        },
      };
      staged.set(handle, body);
      return handle;
    },
    /** Undefined when it was taken or discarded before. */
    take: (handle: StagedSnapshot): StateBody | undefined => {
      const body = staged.get(handle);
      staged.delete(handle);
      return body;
    },
  };
}

const NO_KEYS = createKeyIndex();

const notOpen = (root: string): StorageError => new StorageError('closed', `${root}: not open`);

function hashOf(gate: Gate, body: StateBody | undefined): StateHash {
  gate.check();
  return formatRowsHash(body?.hash ?? createRowsHash());
}
