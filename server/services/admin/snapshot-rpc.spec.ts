import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { status as Code } from '@grpc/grpc-js';
import type { SnapshotResponse } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { readBackup } from '../../codec/backup-file.ts';
import type { BackupPiece } from '../../codec/backup-file.ts';
import { StorageError } from '../../ports/outcome.ts';
import type { Done } from '../../ports/outcome.ts';
import { createAdminService } from './admin-service.ts';
import type { AdminService } from './admin-service.ts';
import { createCluster } from './testing/cluster.ts';
import type { Host } from './testing/world.ts';

type SnapshotCall = Parameters<AdminService['handlers']['snapshot']>[0];

/** A reader that takes a message when it is told to. */
function reader(admin: AdminService) {
  const received: Buffer[] = [];
  const errors: { code: Code; details: string }[] = [];
  const taken: (() => void)[] = [];
  const state = { isEnded: false };
  const call = Object.assign(new EventEmitter(), {
    request: {},
    write: ({ chunk }: SnapshotResponse, done: () => void) => {
      received.push(chunk);
      taken.push(done);
      return true;
    },
    end: () => {
      state.isEnded = true;
    },
  });
  call.on('error', (error: { code: Code; details: string }) => errors.push(error));
  admin.handlers.snapshot(call as unknown as SnapshotCall);
  return { call, received, errors, state, take: () => taken.shift()?.() };
}

/** A host whose snapshots give the chunks that the test hands out. */
function withSource(host: Host) {
  const asked: Done<Uint8Array | undefined>[] = [];
  const state = { closed: 0 };
  const snapshot = () => ({
    position: host.node.snapshot().position,
    next: (done: Done<Uint8Array | undefined>) => void asked.push(done),
    close: () => {
      state.closed += 1;
    },
  });
  const node = { ...host.parts.node, snapshot };
  const admin = createAdminService({ ...host.parts, node });
  return {
    admin,
    asked,
    state,
    give: (value?: Uint8Array) => asked.shift()?.({ ok: true, value }),
  };
}

async function* streamOf(bytes: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  for (const each of bytes) yield await Promise.resolve(each);
}

describe('Snapshot', () => {
  it('sends a backup file of what is durable here', async () => {
    const { found, write, pass } = createCluster();
    const a = await found();
    await write(a, 500, 'v'.repeat(50));
    pass(500);
    const { received, state, take } = reader(a.admin);
    for (let turns = 0; !state.isEnded; turns += 1) {
      assert(turns < 10_000, 'it never ends');
      take();
      pass(10);
      await setImmediate();
    }
    const pieces: BackupPiece[] = [];
    for await (const piece of readBackup(streamOf(received))) pieces.push(piece);
    const { identity, configuration, configurationIndex, durable, stateHash, term } =
      a.node.status();
    assert.deepEqual(pieces[0], {
      kind: 'header',
      header: {
        cluster: identity?.cluster,
        position: { index: durable, term, configuration, configurationIndex },
        hash: stateHash,
        createdMs: 1_700_000_000_500,
        serverVersion: '0.1.0',
      },
    });
    assert(pieces.some(({ kind }) => kind === 'chunk'));
    assert.equal(pieces.at(-1)?.kind, 'end');
  });

  it('reads no chunk before the one before was taken, and sends none that a client cannot take', async () => {
    const { found } = createCluster();
    const { admin, asked, give } = withSource(await found());
    const { received, take } = reader(admin);
    assert.deepEqual([received.length, asked.length], [1, 0]);
    take();
    assert.equal(asked.length, 1);
    give(new Uint8Array(5 << 20));
    for (let messages = 2; messages <= 7; messages += 1) {
      assert.deepEqual([received.length, asked.length], [messages, 0]);
      take();
    }
    assert.equal(asked.length, 1);
    assert(Math.max(...received.map(({ length }) => length)) <= 1 << 20);
  });

  it('ends its view of the state when the reader goes away', async () => {
    const { found } = createCluster();
    const { admin, asked, state, give } = withSource(await found());
    const { call, received, take } = reader(admin);
    take();
    assert.equal(asked.length, 1);
    call.emit('cancelled');
    assert.equal(state.closed, 1);
    give(new Uint8Array(8));
    assert.equal(received.length, 1);
  });

  it('says what broke off, and that the process stops', async () => {
    const { found } = createCluster();
    const { admin, asked, state } = withSource(await found());
    const broken = reader(admin);
    broken.take();
    asked.shift()?.({ ok: false, error: new StorageError('corrupt', 'row 7 is damaged') });
    assert.deepEqual(
      broken.errors.map(({ code, details }) => [code, details]),
      [[Code.DATA_LOSS, 'row 7 is damaged']],
    );
    const open = reader(admin);
    admin.close();
    assert.equal(open.errors[0]?.code, Code.UNAVAILABLE);
    assert.equal(state.closed, 2);
  });

  it('is sent to a few at a time', async () => {
    const { found } = createCluster();
    const { admin, state } = withSource(await found());
    const four = [1, 2, 3, 4].map(() => reader(admin));
    assert.equal(reader(admin).errors[0]?.code, Code.RESOURCE_EXHAUSTED);
    four[0]?.call.emit('cancelled');
    assert.equal(state.closed, 1);
    assert.deepEqual(reader(admin).errors, []);
  });

  it('is refused to whoever is no operator, and by who is nobody', async () => {
    const { start, found } = createCluster();
    const fresh = start();
    assert.equal(reader(fresh.admin).errors[0]?.code, Code.FAILED_PRECONDITION);
    const a = await found();
    a.denies = (role) => `Only for a ${role}.`;
    const [error] = reader(a.admin).errors;
    assert.deepEqual(
      [error?.code, error?.details],
      [Code.PERMISSION_DENIED, 'Only for a operator.'],
    );
  });
});
