/**
 * What callers go on waiting for behind a reply: which rpcs are answered only when brokers have been
 * told (`behaviour.md` §1.3 and §1.1), and that they are.
 */
import assert from 'node:assert/strict';
import { DEFAULT_ENGINE_SHARD_CONFIG, EngineShardConfig } from '../../codec/robustmq/shard.ts';
import { bincode } from '../../codec/layout/bincode.ts';
import { user } from '../../state/registry/access.ts';
import { node } from '../../state/registry/node.ts';
import { topic } from '../../state/registry/topic.ts';
import { userNamed } from '../../state/testing/access.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { topicWith } from '../../state/testing/topic-with.ts';
import { askRpc } from '../testing/ask.ts';
import type { Answered } from '../testing/ask.ts';
import { startMemoryMember } from '../testing/memory-member.ts';
import type { MemoryMember } from '../testing/memory-member.ts';
import type { AnyRow, Awaited } from './row.ts';
import { META_SERVICES } from './services.ts';

/** What §1.3 lists, row by row, each with how it is taken back. */
const LISTED: Readonly<Record<string, readonly string[]>> = {
  topics: ['CreateTopic', 'DeleteTopic', 'UpdateTopicPartitions'],
  shards: ['CreateShard'],
  'MQTT subscriptions': ['SetSubscribe', 'DeleteSubscribe'],
  users: ['CreateUser', 'DeleteUser'],
  ACL: ['CreateAcl', 'DeleteAcl'],
  blacklist: ['CreateBlacklist', 'DeleteBlacklist'],
  schemas: ['CreateSchema', 'UpdateSchema', 'DeleteSchema', 'BindSchema', 'UnBindSchema'],
  connectors: ['CreateConnector', 'UpdateConnector', 'DeleteConnector'],
  'rewrite rules': ['CreateTopicRewriteRule', 'DeleteTopicRewriteRule'],
  'auto-subscribe rules': ['CreateAutoSubscribeRule', 'DeleteAutoSubscribeRule'],
  'members of share groups': ['AddShareGroupMember', 'DeleteShareGroupMember'],
  'replicas in sync': ['UpdateSegmentIsr'],
};

/** Brokers change their own caches, or nobody waits. */
const NOT_LISTED = [
  'CreateSession',
  'DeleteSession',
  'SetExchange',
  'DeleteExchange',
  'SetQueue',
  'DeleteQueue',
  'SetBinding',
  'DeleteBinding',
  'CreateNatsSubscribe',
  'DeleteNatsSubscribe',
  'SaveOffsetData',
  'SetResourceConfig',
] as const;

const SHARD_PUSHES = ['Shard/Create', 'Segment/Create', 'SegmentMeta/Create'];

const ALL_WITHIN: Awaited = { withinMs: 200 };

/** Those that are answered when brokers have been told, by name. */
const awaiting = META_SERVICES.flatMap(({ definition, rows }) =>
  Object.entries(definition).flatMap(([rpc, { path }]) => {
    const row: AnyRow | undefined = rows[rpc];
    if (row?.kind !== 'write' || row.awaits === undefined) return [];
    return [[path.split('/')[2] ?? '', row.awaits] as const];
  }),
);

describe('What is answered when brokers know', () => {
  it('is what callers wait for, and that a node registers', () => {
    const listed = Object.values(LISTED).flat();
    const names = awaiting.map(([rpc]) => rpc);
    assert.deepEqual([...names].sort(), [...listed, 'RegisterNode'].sort());
    assert.deepEqual(
      NOT_LISTED.filter((rpc) => names.includes(rpc)),
      [],
    );
  });

  it('waits for all that are live, and for 200 ms', () => {
    for (const [rpc, awaits] of awaiting) {
      if (rpc !== 'RegisterNode') assert.deepEqual(awaits({} as never), ALL_WITHIN, rpc);
    }
  });

  describe('is', () => {
    /** Who waits, and what brokers were to be told by then. */
    const waiting: { of: Awaited; pushes: readonly string[]; done: () => void }[] = [];
    let member: MemoryMember;
    before(async () => {
      member = await startMemoryMember({
        told: {
          whenTold: (of, done) => waiting.push({ of, done, pushes: told() }),
        },
      });
    });
    after(() => member.stop());
    afterEach(() => assert.deepEqual(waiting, []));

    const told = (): readonly string[] =>
      member.pushes.map(({ type, action }) => `${type}/${action}`);

    /** Asks, and says who waits for what; then lets it go on. */
    async function ask(rpc: string, request: Readonly<Record<string, unknown>>) {
      const before = member.pushes.length;
      const answers: Answered[] = [];
      const answered = askRpc(member.services, rpc, request).then((each) => answers.push(each));
      while (waiting.length === 0 && answers.length === 0) await turn();
      const [one] = waiting;
      // More than it takes to be answered.
      for (let turns = 0; turns < 20; turns += 1) await turn();
      assert.deepEqual(answers.length, one === undefined ? 1 : 0, `${rpc} did not wait`);
      assert.ok(waiting.length <= 1, `${rpc} waits twice`);
      waiting.splice(0);
      one?.done();
      await answered;
      assert.equal(answers.length, 1);
      return { of: one?.of, told: one?.pushes.slice(before), code: answers[0]?.code };
    }

    const nodeRequest = (id: bigint) => ({
      node: node.codec.encode({ ...nodeOf(id, ['engine']), storage_fold: ['/d'] }),
    });
    const topicRequest = {
      tenant: 't',
      topicName: 'a',
      content: topic.codec.encode(topicWith('a', ['s'])),
    };
    const shardRequest = {
      shardName: 's',
      shardConfig: bincode(EngineShardConfig).encode({
        ...DEFAULT_ENGINE_SHARD_CONFIG,
        storage_type: 'EngineSegment',
      }),
    };
    const userRequest = {
      tenant: 't',
      userName: 'u',
      content: user.codec.encode(userNamed('u')),
    };

    it('a node, once the process itself knows what changed while it started', async () => {
      for (const id of [7n, 8n]) {
        const asked = await ask('RegisterNode', nodeRequest(id));
        assert.deepEqual(asked, {
          of: { broker: id, withinMs: 3_000 },
          told: ['Node/Create'],
          code: 'OK',
        });
      }
    });

    it('what was changed, behind what brokers are to be told of it', async () => {
      for (const [rpc, request, pushes] of [
        ['CreateTopic', topicRequest, ['Topic/Create']],
        ['UpdateTopicPartitions', { tenant: 't', topicName: 'a', partition: 3 }, ['Topic/Create']],
        ['CreateUser', userRequest, ['User/Create']],
        ['CreateShard', shardRequest, SHARD_PUSHES],
      ] as const) {
        const expected = { of: ALL_WITHIN, told: pushes, code: 'OK' };
        assert.deepEqual(await ask(rpc, request), expected, rpc);
      }
    });

    it('what is there already, behind what brokers are told once more', async () => {
      for (const [rpc, request, pushes] of [
        ['CreateTopic', topicRequest, ['Topic/Create']],
        ['CreateShard', shardRequest, SHARD_PUSHES],
      ] as const) {
        const expected = { of: ALL_WITHIN, told: pushes, code: 'OK' };
        assert.deepEqual(await ask(rpc, request), expected, rpc);
      }
    });

    it('no refusal: that is said at once', async () => {
      for (const [rpc, request] of [
        ['CreateUser', userRequest],
        ['DeleteUser', { tenant: 't', userName: 'nobody' }],
        ['DeleteTopic', { tenant: 't', topicName: 'nothing' }],
      ] as const) {
        const { of, code } = await ask(rpc, request);
        assert.deepEqual([of, code], [undefined, 'INTERNAL'], rpc);
      }
    });

    it('nothing else', async () => {
      const { of, code } = await ask('CreateTenant', { tenantName: 'other' });
      assert.deepEqual([of, code], [undefined, 'OK']);
    });
  });
});

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
