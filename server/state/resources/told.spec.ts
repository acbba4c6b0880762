import assert from 'node:assert/strict';
import { DEFAULT_ENGINE_SHARD_CONFIG } from '../../codec/robustmq/shard.ts';
import { sweepShard, tellDoomedShard } from '../registry/deletion.ts';
import { advanceCursors, pushCursor } from '../registry/push-cursor.ts';
import { expireNode, registerNode } from '../registry/registration.ts';
import { deleteShard } from '../registry/shard-changes.ts';
import { createShard } from '../registry/shard-creation.ts';
import { WRITES } from '../registry/registry.ts';
import { userNamed } from '../testing/access.ts';
import { createRegistryWorld, nodeOf } from '../testing/registry-world.ts';
import type { RegistryWorld } from '../testing/registry-world.ts';
import { GONE_BYTES_MAX, goneAfter, readTold } from './told.ts';

describe('What brokers were told', () => {
  let world: RegistryWorld;
  beforeEach(() => (world = createRegistryWorld()));

  const user = (username: string) => userNamed(username, { password: '' });
  const gone = (index = 0): string[] =>
    [...goneAfter(world.range, index)].flatMap(({ index: at, pushes }) =>
      pushes.map(({ type, action }) => `${at} ${type}/${action}`),
    );

  it('is kept with its place: the last of it, and all that is gone', () => {
    assert.equal(readTold(world.read), undefined);
    world.change(WRITES.user.put, [user('a')]);
    world.change(WRITES.user.put, [user('b')]);
    world.change(WRITES.user.remove, [['t', 'a']]);
    world.change(WRITES.user.remove, [['t', 'a']]);
    const told = readTold(world.read);
    assert.equal(told?.index, 5);
    assert.equal(told.droppedIndex, 0);
    assert.deepEqual(gone(), ['5 User/Delete']);
    world.change(WRITES.user.remove, [['t', 'b']]);
    assert.deepEqual(gone(), ['5 User/Delete', '7 User/Delete']);
    assert.deepEqual(gone(5), ['7 User/Delete']);
  });

  // The clock of the next leader may be behind: what went by it would look older than what went before.
  it('is kept with times in the order of entries', () => {
    world.change(WRITES.user.put, [user('a'), user('b')]);
    world.change(WRITES.user.remove, [['t', 'a']]);
    const before = readTold(world.read);
    world.pass(-600_000);
    world.change(WRITES.user.remove, [['t', 'b']]);
    const times = [...goneAfter(world.range, 0)].map(({ timeMs }) => timeMs);
    assert.deepEqual(times, [before?.timeMs, before?.timeMs]);
    assert.equal(readTold(world.read)?.timeMs, before?.timeMs);
  });

  it('is not kept of what is told again until it is done', () => {
    const at = { shard_name: 's', shard_uid: 'uid' };
    const topic = { topic_name: 't', config: DEFAULT_ENGINE_SHARD_CONFIG, desc: '' };
    world.change(registerNode, { ...nodeOf(1n, ['engine']), storage_fold: ['/d'] });
    world.change(createShard, { ...at, ...topic, create_time: 1n });
    world.change(deleteShard, 's');
    world.told();
    world.change(tellDoomedShard, at);
    assert.deepEqual([world.told().length, gone()], [1, []]);
    world.change(sweepShard, { at, most: 10 });
    assert.deepEqual(gone(), ['7 Shard/Delete']);
  });

  it('is kept within bounds, the newest of it', () => {
    const password = 'x'.repeat(GONE_BYTES_MAX / 32);
    for (let round = 0; round < 40; round += 1) {
      world.change(WRITES.user.put, [{ ...user('a'), password }]);
      world.change(WRITES.user.remove, [['t', 'a']]);
    }
    const told = readTold(world.read);
    assert.ok(told !== undefined && told.goneBytes <= GONE_BYTES_MAX);
    assert.ok(told.droppedIndex > 0);
    const kept = [...goneAfter(world.range, 0)];
    assert.ok(kept.every(({ index }) => index > told.droppedIndex));
    assert.equal(kept.at(-1)?.index, told.index);
  });

  describe('and how far', () => {
    const register = (start_time = 1n): bigint =>
      world.result(registerNode, { ...nodeOf(7n), start_time });
    const advance = (epoch: bigint, index: bigint, start_time = 1n, missed = false): void => {
      world.change(advanceCursors, [{ node_id: 7n, start_time, epoch, index, missed }]);
    };
    const cursors = (): unknown[] =>
      [...world.range('r/pushCursor/')].map(([, row]) => {
        const { start_time, index, missed } = pushCursor.codec.decode(row);
        return [start_time, index, ...(missed ? ['missed'] : [])];
      });

    it('is noted by process, and never goes back', () => {
      const epoch = register();
      advance(epoch, 5n);
      advance(epoch, 3n);
      assert.deepEqual(cursors(), [[1n, 5n]]);
    });

    it('is noted with what it can never be told', () => {
      const epoch = register();
      advance(epoch, 5n, 1n, true);
      advance(epoch, 6n);
      assert.deepEqual(cursors(), [[1n, 6n, 'missed']]);
    });

    it('is not noted of one that is not registered, or has registered anew', () => {
      advance(1n, 5n);
      const first = register();
      const second = register();
      advance(first, 5n);
      advance(second, 5n, 2n);
      assert.deepEqual(cursors(), []);
      advance(second, 6n);
      assert.deepEqual(cursors(), [[1n, 6n]]);
    });

    it('outlives that the process is given up, until another one follows it', () => {
      const epoch = register();
      advance(epoch, 5n);
      world.change(expireNode, { node_id: 7n, epoch });
      assert.deepEqual(cursors(), [[1n, 5n]]);
      advance(register(2n), 9n, 2n);
      assert.deepEqual(cursors(), [[2n, 9n]]);
    });
  });
});
