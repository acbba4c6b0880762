/** What becomes of brokers and their clients, with real members: stopped, killed, and left alone. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { MqttServiceService as Mqtt } from '../../proto/gen/meta/mqtt.ts';
import { bincode } from '../../server/codec/layout/bincode.ts';
import { BrokerNode } from '../../server/codec/robustmq/node.ts';
import { MqttSession } from '../../server/codec/robustmq/session.ts';
import { lostSession } from '../../server/state/testing/sessions.ts';
import { createMetaCalls } from '../broker/meta-calls.ts';
import { startListener, type BrokerHandlers } from '../broker/listener.ts';
import { nodeOf } from '../broker/node-of.ts';
import { startCluster, stopMembers } from '../local/local-cluster.ts';
import { statusesOf, transferFrom } from '../processes/admin.ts';
import { freePlaces } from '../processes/places.ts';
import type { ServerMember } from '../processes/server.ts';
import { until } from '../processes/until.ts';
import { createWorkspace, type Workspace } from '../processes/workspace.ts';

const BEAT_MS = 500;
const TIMEOUT_S = 6;
const LIMIT_MS = 30_000;
/** Shorter than a leader waits that hands over. */
const PUBLISHING_MS = 250;

const nodes = bincode(BrokerNode);
const sessions = bincode(MqttSession);

describe('brokers of real members', function () {
  this.timeout(120_000);
  let workspace: Workspace;
  let members: readonly ServerMember[];
  const calls = createMetaCalls({ clear: () => Promise.resolve() });
  const ends: (() => void)[] = [];
  const wills: string[] = [];
  let publishing = (): Promise<void> => Promise.resolve();

  before(async () => {
    workspace = createWorkspace(tmpdir());
    const places = await freePlaces(3);
    members = await startCluster({
      workspace,
      places,
      directory: (at) => workspace.directory(`lifecycle-${at}`),
      flags: ['--brokers-heartbeat-timeout', `${TIMEOUT_S}s`],
    });
    await startBroker(11n);
    await startBroker(12n);
  });
  after(async () => {
    for (const end of ends) end();
    calls.close();
    await stopMembers(members.filter((member) => member !== killed));
    await workspace.dispose();
  });

  let killed: ServerMember | undefined;
  const meta = (): string[] =>
    members.filter((member) => member !== killed).map(({ place }) => place.client);

  async function ask<Reply>(
    {
      path,
      responseDeserialize,
    }: {
      readonly path: string;
      readonly responseDeserialize: (bytes: Buffer) => Reply;
    },
    request: Buffer,
  ): Promise<Reply> {
    const attempt = await calls.call(meta(), path, request);
    if (attempt.kind !== 'reply') throw new Error(JSON.stringify(attempt));
    return responseDeserialize(attempt.messages[0] ?? Buffer.alloc(0));
  }

  /** Ends its beats, and all else of it. */
  const silent = new Map<bigint, () => void>();
  /** Ends its beats alone. */
  const beats = new Map<bigint, () => void>();

  async function startBroker(id: bigint): Promise<void> {
    const nothing = {
      updateCache: () => ({ code: false, data: '' }),
      sendLastWillMessage: async ({
        items,
      }: {
        readonly items: readonly { readonly clientId: string }[];
      }) => {
        wills.push(...items.map(({ clientId }) => clientId));
        await publishing();
        return {};
      },
      getShardSegmentDeleteStatus: () => ({ results: [] }),
    };
    const handlers = nothing as unknown as BrokerHandlers;
    const listener = await startListener({
      address: '127.0.0.1:0',
      handlers,
      clear: () => Promise.resolve(),
    });
    const node = {
      ...nodeOf({ id, roles: ['broker'], startS: 1n }),
      grpc_addr: listener.address,
    };
    const request = Common.registerNode.requestSerialize({ node: Buffer.from(nodes.encode(node)) });
    await until(`broker ${id} is registered`, LIMIT_MS, async () => {
      const attempt = await calls.call(meta(), Common.registerNode.path, request);
      return attempt.kind === 'reply';
    });
    const beat = (): void => {
      const bytes = Common.heartbeat.requestSerialize({ nodeId: id });
      for (const address of meta()) void calls.call([address], Common.heartbeat.path, bytes);
    };
    const timer = setInterval(beat, BEAT_MS);
    beats.set(id, () => clearInterval(timer));
    const end = (): void => {
      clearInterval(timer);
      listener.close();
    };
    silent.set(id, end);
    ends.push(end);
  }

  async function registered(): Promise<readonly number[]> {
    const { nodes: records } = await ask(Common.nodeList, Common.nodeList.requestSerialize({}));
    return records.map((record) => Number(nodes.decode(record).node_id)).sort();
  }

  async function lose(clientId: string, delayS: bigint, expiryS: bigint): Promise<void> {
    const session = sessions.encode(
      lostSession(clientId, {
        session_expiry_interval: expiryS,
        last_will_delay_interval: delayS,
      }),
    );
    const request = { sessions: [{ clientId, session: Buffer.from(session) }] };
    await ask(Mqtt.createSession, Mqtt.createSession.requestSerialize(request));
  }

  async function leader(): Promise<ServerMember> {
    let found: ServerMember | undefined;
    await until('somebody leads', LIMIT_MS, async () => {
      const there = members.filter((member) => member !== killed);
      const statuses = await statusesOf(there.map(({ place }) => place.peer));
      const id = statuses.find((status) => status !== undefined && status.leaderId !== 0)?.leaderId;
      found = there[statuses.findIndex((status) => status?.memberId === id)];
      return found !== undefined;
    });
    return found!;
  }

  it('stay registered while their leader stands still for longer than their time', async () => {
    const stopped = await leader();
    stopped.signal('SIGSTOP');
    await sleep((TIMEOUT_S + 2) * 1_000);
    stopped.signal('SIGCONT');
    await sleep(2_000);
    assert.deepEqual(await registered(), [11, 12]);
  });

  it('publish a will once, though the leader hands over while they do', async () => {
    const before = await leader();
    let handedOver: Promise<unknown> | undefined;
    publishing = async () => {
      handedOver ??= transferFrom(before.place.peer, LIMIT_MS);
      await sleep(PUBLISHING_MS);
    };
    await lose('held', 1n, 3_600n);
    await until('the will is published', LIMIT_MS, () => Promise.resolve(wills.length > 0));
    await handedOver;
    publishing = () => Promise.resolve();
    await until('another one leads', LIMIT_MS, async () => (await leader()) !== before);
    await sleep(3_000);
    assert.deepEqual(wills.splice(0), ['held']);
  });

  it('publish a will once, though the leader is killed before it is due', async () => {
    await lose('one', 4n, 3_600n);
    killed = await leader();
    killed.signal('SIGKILL');
    await until('the will is published', LIMIT_MS, () => Promise.resolve(wills.length > 0));
    await sleep(3_000);
    assert.deepEqual([wills, await registered()], [['one'], [11, 12]]);
  });

  it('stay registered while no heartbeat of theirs arrives, but they answer', async () => {
    beats.get(12n)?.();
    await sleep((2 * TIMEOUT_S + 2) * 1_000);
    assert.deepEqual(await registered(), [11, 12]);
  });

  it('are given up when they are silent, and told so', async () => {
    silent.get(12n)?.();
    await until('it is given up', LIMIT_MS, async () => (await registered()).length === 1);
    assert.deepEqual(await registered(), [11]);
    const beat = Common.heartbeat.requestSerialize({ nodeId: 12n });
    for (const address of meta()) {
      const attempt = await calls.call([address], Common.heartbeat.path, beat);
      assert.ok(attempt.kind === 'failed' && attempt.text.includes('Node 12 does not exist'));
    }
  });
});
