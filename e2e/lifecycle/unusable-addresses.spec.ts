/** A real member whose brokers registered with addresses that lead nowhere. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { MqttServiceService as Mqtt } from '../../proto/gen/meta/mqtt.ts';
import { bincode } from '../../server/codec/layout/bincode.ts';
import { BrokerNode } from '../../server/codec/robustmq/node.ts';
import { MqttSession } from '../../server/codec/robustmq/session.ts';
import { UNUSABLE_ADDRESSES } from '../../server/transport/grpc/testing/unusable-addresses.ts';
import { lostSession } from '../../server/state/testing/sessions.ts';
import { createMetaCalls } from '../broker/meta-calls.ts';
import { nodeOf } from '../broker/node-of.ts';
import { startCluster, stopMembers } from '../local/local-cluster.ts';
import { unlessFailed } from '../processes/member.ts';
import { freePlaces } from '../processes/places.ts';
import type { ServerMember } from '../processes/server.ts';
import { until } from '../processes/until.ts';
import { createWorkspace, type Workspace } from '../processes/workspace.ts';

const LIMIT_MS = 30_000;

const nodes = bincode(BrokerNode);
const sessions = bincode(MqttSession);

interface Rpc<Request, Reply> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Reply;
}

describe('brokers with addresses that lead nowhere', function () {
  this.timeout(60_000);
  let workspace: Workspace;
  let members: readonly ServerMember[];
  const calls = createMetaCalls({ clear: () => Promise.resolve() });

  before(async () => {
    workspace = createWorkspace(tmpdir());
    members = await startCluster({
      workspace,
      places: await freePlaces(1),
      directory: () => workspace.directory('unusable'),
      flags: ['--brokers-heartbeat-timeout', '8s'],
    });
  });
  after(async () => {
    calls.close();
    await stopMembers(members);
    await workspace.dispose();
  });

  async function ask<Request, Reply>(rpc: Rpc<Request, Reply>, request: Request): Promise<Reply> {
    const meta = members.map(({ place }) => place.client);
    const attempt = await calls.call(meta, rpc.path, rpc.requestSerialize(request));
    if (attempt.kind !== 'reply') throw new Error(JSON.stringify(attempt));
    return rpc.responseDeserialize(attempt.messages[0] ?? Buffer.alloc(0));
  }

  const registered = async (): Promise<number> => (await ask(Common.nodeList, {})).nodes.length;

  /** Due at once: the leader asks a broker to publish its will. */
  const encoded = Buffer.from(
    sessions.encode(
      lostSession('c', { session_expiry_interval: 3_600n, last_will_delay_interval: 0n }),
    ),
  );

  it('are registered and given up like all others, and their leader leads on', async () => {
    const story = async (): Promise<void> => {
      const records = UNUSABLE_ADDRESSES.map((grpc_addr, at) => {
        const plain = nodeOf({ id: BigInt(at + 1), roles: ['broker'], startS: 1n });
        return Buffer.from(nodes.encode({ ...plain, grpc_addr }));
      });
      // Each waits a while for pushes that do not arrive.
      await Promise.all(records.map((node) => ask(Common.registerNode, { node })));
      assert.equal(await registered(), UNUSABLE_ADDRESSES.length);
      await ask(Mqtt.createSession, { sessions: [{ clientId: 'c', session: encoded }] });
      await until('they are given up', LIMIT_MS, async () => (await registered()) === 0);
    };
    await unlessFailed(members, story());
  });
});
