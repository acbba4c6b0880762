/** Connectors that run let the leader hear so, wherever brokers ask (`behaviour.md` §2.4). */
import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { WRITES } from '../../state/registry/registry.ts';
import { changeOf } from '../../state/resources/operation.ts';
import { connectorNamed } from '../../state/testing/connector-named.ts';
import { createAdmission } from '../admission.ts';
import { systemAlarm } from '../alarm.ts';
import { createGate } from '../gate.ts';
import type { LeaderElsewhere } from '../leadership.ts';
import { askRpc } from '../testing/ask.ts';
import { startMemoryMember } from '../testing/memory-member.ts';
import type { MemoryMember } from '../testing/memory-member.ts';
import { LIMITS } from '../testing/server.ts';
import type { Heartbeats } from './heartbeats.ts';
import { createMetaServices } from './services.ts';

/** Says whom it has heard. */
function createEar() {
  const heard: string[] = [];
  const heartbeats: Heartbeats = {
    heard: (id) => heard.push(`node ${id}`),
    heardConnector: (name) => heard.push(name),
  };
  return { heartbeats, heard: () => heard.splice(0) };
}

const beat = (connectorName: string, brokerId: bigint) => ({
  connectorName,
  brokerId,
  heartbeatTime: 1n,
});

describe('The heartbeat of a connector', () => {
  const ear = createEar();
  let member: MemoryMember;
  before(async () => {
    member = await startMemoryMember({ heartbeats: ear.heartbeats });
    const stored = [
      connectorNamed('one', { status: 'Running', broker_id: 1n }),
      connectorNamed('two', { status: 'Running', broker_id: 2n }),
      connectorNamed('idle', { status: 'Idle', broker_id: undefined }),
    ];
    await member.propose({ ...changeOf(WRITES.connector.put, stored), timeMs: 1 });
  });
  after(() => member.stop());

  const CASES: readonly (readonly [string, readonly (readonly [string, bigint])[], string[]])[] = [
    ['is heard from where it runs', [['one', 1n]], ['one']],
    ['is not heard from another broker', [['one', 2n]], []],
    ['is not heard of one that runs nowhere', [['idle', 0n]], []],
    ['is not heard of one that nobody knows', [['none', 1n]], []],
    [
      'is heard of each for itself',
      [
        ['none', 1n],
        ['two', 2n],
        ['two', 1n],
        ['one', 1n],
      ],
      ['two', 'one'],
    ],
  ];
  for (const [does, beats, heard] of CASES) {
    it(does, async () => {
      const from = member.pushes.length;
      const heartbeats = beats.map(([name, broker]) => beat(name, broker));
      const { code, replies } = await askRpc(member.services, 'ConnectorHeartbeat', { heartbeats });
      assert.deepEqual([code, replies], ['OK', [{}]]);
      assert.deepEqual([ear.heard(), member.pushes.length], [heard, from]);
    });
  }

  describe('that comes to a member that does not lead', () => {
    /** One that has the same state, and knows who leads. */
    async function askFollower(leader: LeaderElsewhere | undefined) {
      const deaf = createEar();
      const gate = createGate(
        {
          node: {
            propose: () => assert.fail('proposed'),
            read: () => assert.fail('read'),
          },
          leadership: { current: () => leader, changed: () => () => undefined },
          clock: { nowMs: () => 0 },
          alarm: systemAlarm,
        },
        { waitMsMax: 20, secondRedirectMs: 0 },
      );
      const services = createMetaServices(
        {
          gate,
          state: { ...member.node, heartbeats: deaf.heartbeats },
          admission: createAdmission(LIMITS),
          limits: LIMITS,
          wallMs: () => 0,
          timeMs: () => 0,
          newId: () => '',
          told: { whenTold: (_of, done) => done() },
        },
        member.service,
      );
      const request = { heartbeats: [beat('one', 1n)] };
      const { code, details } = await askRpc(services, 'ConnectorHeartbeat', request);
      return { code, details, heard: deaf.heard() };
    }

    it('is sent to the leader', async () => {
      const answer = await askFollower({ member: 2, clientAddress: '10.0.0.2:1228' });
      assert.deepEqual(answer, {
        code: status[status.INTERNAL],
        details:
          'has to forward request to: Some(2), Some(Node { node_id: 2, rpc_addr: "10.0.0.2:1228" })',
        heard: [],
      });
    });

    it('is refused while nobody leads', async () => {
      const { code, heard } = await askFollower(undefined);
      assert.deepEqual([code, heard], ['UNAVAILABLE', []]);
    });
  });
});
