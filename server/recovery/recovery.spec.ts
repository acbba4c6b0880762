/** Backup, restore and recovery on real stores. */
import assert from 'node:assert/strict';
import { encodeConfiguration } from '../raft/membership/configuration-codec.ts';
import type { Configuration } from '../raft/membership/configuration.ts';
import { toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import { decodeCommand } from '../state/command-codec.ts';
import type { RaiseEpochs } from '../state/command.ts';
import { openStores } from '../node/opening.ts';
import type { Opened } from '../node/opening.ts';
import {
  completes,
  entryOf,
  openLog,
  openState,
  positionOf,
  rowsOf,
  toRows,
  valueOf,
} from '../storage/level/testing/content.ts';
import { createTestDirectory } from '../storage/level/testing/directory.ts';
import type { TestDirectory } from '../storage/level/testing/directory.ts';
import { BackupError, createBackupEncoder, readBackup } from '../codec/backup-file.ts';
import type { BackupPiece } from '../codec/backup-file.ts';
import { examine, recover } from './recover.ts';
import { restore } from './restore.ts';
import type { Stores } from './restore.ts';

const three: Configuration = {
  members: ['a', 'b', 'c'].map((name, place) => ({
    id: toMemberId(place + 1),
    directory: name.repeat(8),
    priority: 0,
    standing: 'voter',
  })),
  outgoing: [],
  nextMemberId: toMemberId(4),
  trust: 'earlyCampaign',
};

const position: SnapshotPosition = {
  ...positionOf(40, 3),
  configuration: three,
  configurationIndex: toIndex(2),
};

const rows = Object.fromEntries(
  Array.from({ length: 300 }, (_, place) => [`row/${place}`, 'v'.repeat(place)]),
);

/** Member 2 of a cluster: state at 40, its log ends at 42. */
async function fill({ log, state }: Stores): Promise<void> {
  await openLog(log);
  await openState(state);
  const identity = { cluster: 'old', member: toMemberId(2) };
  const hardState = { term: toTerm(5), vote: toMemberId(3) };
  await completes((done) => state.write(toRows(rows), position, done));
  await completes((done) => log.reset(position, done));
  const entries = [entryOf(41, 3), entryOf(42, 4)];
  await completes((done) => log.append({ identity, hardState, entries }, done));
}

async function backUp({ state }: Stores): Promise<Buffer> {
  const encoder = createBackupEncoder();
  const header = { cluster: 'old', position, createdMs: 1_000, serverVersion: '0.1.0' };
  const pieces = [encoder.header(header)];
  const source = state.snapshot();
  for (;;) {
    const chunk = await valueOf<Uint8Array | undefined>((done) => source.next(done));
    if (chunk === undefined) break;
    pieces.push(encoder.chunk(chunk));
  }
  source.close();
  return Buffer.concat([...pieces, encoder.end()]);
}

const raiseEpochs = (cluster: string, incident: string): RaiseEpochs => ({
  kind: 'raiseEpochs',
  timeMs: 0,
  by: 2 ** 20,
  cluster,
  incident,
});

/** In pieces that fit nothing. */
async function* streamOf(bytes: Buffer, step = 777): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) {
    yield await Promise.resolve(bytes.subarray(at, at + step));
  }
}

async function readAll(bytes: Buffer): Promise<BackupPiece[]> {
  const pieces: BackupPiece[] = [];
  for await (const piece of readBackup(streamOf(bytes))) pieces.push(piece);
  return pieces;
}

const restoreTo = (into: Stores, bytes: Buffer): Promise<unknown> =>
  restore({ backup: streamOf(bytes), into, cluster: 'new' });

async function opened({ log, state }: Stores): Promise<Opened> {
  return valueOf<Opened>((done) => openStores(log, state, done));
}

describe('A backup', () => {
  let from: TestDirectory;
  let to: TestDirectory;
  let bytes: Buffer;

  beforeEach(async () => {
    from = createTestDirectory();
    to = createTestDirectory();
    const stores = from.storage();
    await fill(stores);
    bytes = await backUp(stores);
  });
  afterEach(async () => {
    await from.dispose();
    await to.dispose();
  });

  it('says what it is of, and where it ends', async () => {
    const pieces = await readAll(bytes);
    const [first] = pieces;
    assert(first?.kind === 'header');
    assert.equal(first.header.cluster, 'old');
    assert.deepEqual(first.header.position, position);
    assert(pieces.filter(({ kind }) => kind === 'chunk').length > 3, 'it has several chunks');
    assert.deepEqual(pieces.at(-1), { kind: 'end', bytes: bytes.length });
  });

  it('becomes the single voter of a new cluster that goes on where the old one was', async () => {
    const into = to.storage();
    await restoreTo(into, bytes);
    const storage = to.storage();
    const found = await opened(storage);
    assert.deepEqual(found.identity, { cluster: 'new', member: 4 });
    assert.deepEqual(found.hardState, { term: 4, vote: undefined });
    assert.deepEqual(rowsOf(storage.state), rows);
    const [configuration, command] = found.entries;
    assert.deepEqual([found.state.index, configuration?.index, configuration?.term], [40, 41, 4]);
    const sole: Configuration = {
      members: [
        { id: toMemberId(4), directory: storage.directory, priority: 0, standing: 'voter' },
      ],
      outgoing: [],
      nextMemberId: toMemberId(5),
      trust: 'earlyCampaign',
    };
    assert.deepEqual(configuration?.data, Buffer.from(encodeConfiguration(sole)));
    assert.deepEqual(decodeCommand(command!.data), raiseEpochs('new', ''));
  });

  it('is refused with the place of any damage', async () => {
    const step = Math.ceil(bytes.length / 400);
    for (let at = 0; at < bytes.length; at += step) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x20;
      await assert.rejects(readAll(damaged), BackupError, `byte ${at}`);
    }
    const middle = Buffer.from(bytes);
    middle[bytes.length >> 1]! ^= 1;
    await assert.rejects(readAll(middle), /damaged in the piece at byte [0-9]+/);
  });

  it('is refused when it is cut off anywhere, or has something behind its end', async () => {
    const step = Math.ceil(bytes.length / 200);
    for (let length = 0; length < bytes.length; length += step) {
      await assert.rejects(readAll(bytes.subarray(0, length)), /cut off: it ends at byte/);
    }
    await assert.rejects(readAll(Buffer.concat([bytes, Buffer.of(0)])), /bytes follow the end/);
  });

  it('that is damaged leaves a directory that nothing starts on', async () => {
    const damaged = Buffer.from(bytes);
    damaged[bytes.length - 100]! ^= 1;
    await assert.rejects(restoreTo(to.storage(), damaged), /damaged in the piece/);
    const found = await opened(to.storage());
    assert.equal(found.identity, undefined);
    assert.equal(found.state.index, 0);
  });

  it('goes into an empty directory only', async () => {
    await restoreTo(to.storage(), bytes);
    await assert.rejects(restoreTo(to.storage(), bytes), /not empty: name another/);
  });

  it('of a newer format is refused by its number', async () => {
    const encoder = createBackupEncoder();
    const header = encoder.header({
      cluster: 'old',
      position,
      createdMs: 0,
      serverVersion: '9',
    });
    const text = header.subarray(29).toString().replace('"format":1', '"format":2');
    const newer = createBackupEncoder();
    // The header of another format, under right checksums.
    const piece = newer.chunk(Buffer.from(text));
    const bytes = Buffer.concat([header.subarray(0, 21), piece, newer.end()]);
    await assert.rejects(readAll(bytes), /of format 2, this release knows 1/);
  });
});

describe('Recovery', () => {
  let directory: TestDirectory;

  beforeEach(async () => {
    directory = createTestDirectory();
    const stores = directory.storage();
    await fill(stores);
    await completes((done) => stores.state.close(done));
    await completes((done) => stores.log.close(done));
  });
  afterEach(() => directory.dispose());

  it('says what a directory holds and changes nothing', async () => {
    const before = await examine(directory.storage());
    assert.deepEqual(before, await examine(directory.storage()));
    assert.deepEqual(before.last, { index: 42, term: 4 });
    assert.deepEqual(before.applied, { index: 40, term: 3 });
    assert.equal(before.cluster, 'old');
    assert.equal(before.member, 2);
    assert.equal(before.term, 5);
  });

  it('makes a member the single voter of a new cluster, with all that it holds', async () => {
    const chosen = await examine(directory.storage());
    await recover(directory.storage(), chosen, 'new', 'fire');
    const after = await opened(directory.storage());
    assert.deepEqual(decodeCommand(after.entries.at(-1)!.data), raiseEpochs('new', 'fire'));
    assert.deepEqual(after.identity, { cluster: 'new', member: 2 });
    assert.deepEqual(after.hardState, { term: 6, vote: undefined });
    assert.deepEqual(
      after.entries.map(({ index, term, kind }) => [index, term, kind]),
      [
        [41, 3, 'command'],
        [42, 4, 'command'],
        [43, 6, 'configuration'],
        [44, 6, 'command'],
      ],
    );
  });

  it('is refused when the directory has moved since it was chosen', async () => {
    const chosen = await examine(directory.storage());
    const other = { ...chosen, last: positionOf(41, 3) };
    await assert.rejects(recover(directory.storage(), other, 'new', ''), /look again/);
    assert.deepEqual(await examine(directory.storage()), chosen);
  });

  it('of an empty directory is refused', async () => {
    const empty = createTestDirectory();
    await assert.rejects(examine(empty.storage()), /nothing to recover/);
    await empty.dispose();
  });
});
