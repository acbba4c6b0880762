import assert from 'node:assert/strict';
import { StorageError } from '../../ports/outcome.ts';
import { toIndex } from '../../raft/ids.ts';
import { DEFAULT_ENGINE_SHARD_CONFIG } from '../../codec/robustmq/shard.ts';
import { registerNode } from '../../state/registry/registration.ts';
import { WRITES } from '../../state/registry/registry.ts';
import { deleteShard } from '../../state/registry/shard-changes.ts';
import { createShard } from '../../state/registry/shard-creation.ts';
import { putSessions } from '../../state/registry/session.ts';
import { createTopic, deleteTopic } from '../../state/registry/topic.ts';
import { readTold } from '../../state/resources/told.ts';
import { userNamed } from '../../state/testing/access.ts';
import { createRegistryWorld, nodeOf } from '../../state/testing/registry-world.ts';
import type { RegistryWorld } from '../../state/testing/registry-world.ts';
import { CONNECTED } from '../../state/testing/sessions.ts';
import { topicWith } from '../../state/testing/topic-with.ts';
import { createHistory } from './history.ts';
import type { Scope } from './history.ts';

const LIMITS = { recordsMax: 3, bytesMax: 10_000 };

describe('What a broker is told that was away', () => {
  let world: RegistryWorld;
  beforeEach(() => (world = createRegistryWorld()));

  const user = (username: string) => userNamed(username, { password: '' });
  const topic = (topic_name: string) => topicWith(topic_name, []);
  const node = {
    row: (key: string) => world.read(key),
    range: (prefix: string, after?: string) => world.range(prefix, after),
  };
  const last = (): number => readTold(world.read)?.index ?? 0;

  function tell(
    since: number,
    scope: Scope = 'all',
  ): { readonly batches: string[][]; readonly complete: boolean } {
    const telling = createHistory(node).since(toIndex(since), scope);
    const batches: string[][] = [];
    for (;;) {
      const batch = telling.next(LIMITS) ?? [];
      if (batch.length === 0) return { batches, complete: telling.complete };
      batches.push(batch.map(({ type, action }) => `${type} ${action}`));
    }
  }

  it('is what is gone since, then all that is there, in an order that it can take', () => {
    world.result(registerNode, { ...nodeOf(1n, ['engine', 'broker']), storage_fold: ['/'] });
    world.change(createShard, {
      ...{ shard_uid: 'u', shard_name: 's', topic_name: 't', desc: '', create_time: 1n },
      config: { ...DEFAULT_ENGINE_SHARD_CONFIG, replica_num: 1, storage_type: 'EngineSegment' },
    });
    for (const name of ['a', 'b', 'c']) world.change(WRITES.user.put, [user(name)]);
    world.change(WRITES.user.remove, [['t', 'a']]);
    const known = last();
    world.change(WRITES.user.remove, [['t', 'b']]);
    const { batches, complete } = tell(known);
    assert.equal(complete, true);
    assert.deepEqual(batches.flat(), [
      ...['User Delete', 'User Create', 'Node Create'],
      ...['Shard Create', 'Segment Create', 'SegmentMeta Create'],
    ]);
    assert.ok(batches.every(({ length }) => length <= LIMITS.recordsMax));
  });

  /** A user comes and goes so many times: what was told last, after each. */
  const comeAndGo = (times: number) =>
    Array.from({ length: times }, () => {
      world.change(WRITES.user.put, [user('a')]);
      world.change(WRITES.user.remove, [['t', 'a']]);
      return readTold(world.read) ?? { index: 0, timeMs: 0 };
    });

  it('knows before which entry nothing went since a time', () => {
    const history = createHistory(node);
    assert.equal(history.goneBefore(1), 0);
    const removed = comeAndGo(2);
    const [first, second] = removed.map(({ timeMs }) => timeMs);
    assert.equal(history.goneBefore(first ?? 0), 0);
    assert.equal(history.goneBefore(second ?? 0), removed[0]?.index);
    assert.equal(history.goneBefore((second ?? 0) + 1), removed[1]?.index);
    assert.equal(history.droppedTo(), 0);
  });

  it('finds that entry among very many, of which it looks at few', () => {
    const removed = comeAndGo(500);
    let looks = 0;
    const range: typeof node.range = function* (prefix, after) {
      for (const row of node.range(prefix, after)) {
        looks += 1;
        yield row;
      }
    };
    const history = createHistory({ ...node, range });
    for (const at of [0, 1, 250, 499]) {
      looks = 0;
      assert.equal(history.goneBefore(removed[at]?.timeMs ?? 0), removed[at - 1]?.index ?? 0);
      assert.ok(looks <= 20, `${looks} looks`);
    }
  });

  it('has no topic that is deleted, though it is there until its shards are gone', () => {
    world.change(createTopic, topic('a'));
    world.change(createTopic, topic('b'));
    world.change(deleteTopic, { tenant: 't', topic_name: 'a' });
    assert.deepEqual(tell(0).batches.flat(), ['Topic Delete', 'Topic Create']);
  });

  it('has no shard of a topic that is deleted, nor one that is deleted itself', () => {
    world.result(registerNode, { ...nodeOf(1n, ['engine', 'broker']), storage_fold: ['/'] });
    const shardOf = (topic_name: string) => `${topic_name}-0`;
    for (const topic_name of ['a', 'b', 'c']) {
      world.change(createTopic, topicWith(topic_name, [shardOf(topic_name)]));
      world.change(createShard, {
        ...{ shard_uid: topic_name, shard_name: shardOf(topic_name), topic_name },
        ...{ desc: '', create_time: 1n },
        config: { ...DEFAULT_ENGINE_SHARD_CONFIG, replica_num: 1, storage_type: 'EngineSegment' },
      });
    }
    world.change(deleteTopic, { tenant: 't', topic_name: 'a' });
    world.change(deleteShard, shardOf('b'));
    assert.deepEqual(tell(last()).batches.flat(), [
      ...['Topic Create', 'Topic Create', 'Node Create'],
      ...['Shard Create', 'Segment Create', 'SegmentMeta Create'],
    ]);
  });

  it('ends with what brokers do not load when they start, or has none of it', () => {
    world.change(putSessions, [CONNECTED]);
    world.change(WRITES.user.put, [user('a')]);
    world.change(createTopic, topic('t'));
    const loaded = ['User Create', 'Topic Create'];
    assert.deepEqual(tell(last()).batches.flat(), [...loaded, 'Session Create']);
    assert.deepEqual(tell(last(), 'loaded').batches.flat(), loaded);
  });

  it('goes on behind a batch that was made of what has changed since', () => {
    for (let at = 0; at < 5; at += 1) world.change(WRITES.user.put, [user(`u${at}`)]);
    const telling = createHistory(node).since(toIndex(last()), 'all');
    assert.equal(telling.next(LIMITS)?.length, 3);
    world.change(WRITES.user.remove, [['t', 'u1']]);
    world.change(WRITES.user.put, [user('u9')]);
    assert.equal(telling.next(LIMITS)?.length, 3);
    assert.deepEqual(telling.next(LIMITS), []);
  });

  it('waits while the state cannot be read', () => {
    world.change(WRITES.user.put, [user('a')]);
    let closed = true;
    const range: typeof node.range = (prefix, after) => {
      if (closed) throw new StorageError('closed', 'not now');
      return node.range(prefix, after);
    };
    closed = false;
    const telling = createHistory({ ...node, range }).since(toIndex(last()), 'all');
    closed = true;
    assert.equal(telling.next(LIMITS), undefined);
    closed = false;
    assert.equal(telling.next(LIMITS)?.length, 1);
  });
});
