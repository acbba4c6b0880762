/** Connectors that run let the leader hear so, wherever brokers ask (`behaviour.md` §2.4). */
import assert from 'node:assert/strict';
import { Metadata, status } from '@grpc/grpc-js';
import { WRITES } from '../../state/registry/registry.ts';
import { changeOf } from '../../state/resources/operation.ts';
import { connectorNamed } from '../../state/testing/connector-named.ts';
import { unaryMethodsOf } from '../../rpc/unary-methods.ts';
import { createAdmission } from '../admission.ts';
import { accept, fail } from '../answer.ts';
import { systemAlarm } from '../alarm.ts';
import { createGate } from '../gate.ts';
import type { LeaderElsewhere } from '../leadership.ts';
import { createRelayService, relayNoFurther } from '../relay.ts';
import type { Relay } from '../relay.ts';
import { askRpc } from '../testing/ask.ts';
import { startMemoryMember } from '../testing/memory-member.ts';
import type { MemoryMember } from '../testing/memory-member.ts';
import { LIMITS } from '../testing/server.ts';
import type { Heartbeats } from './heartbeats.ts';
import { createMetaServices, createRelayedServices } from './services.ts';

const GATE_OPTIONS = { waitMsMax: 5_000, secondRedirectMs: 0 };

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

/** To a leader in this process. */
function relayTo({ node, admission }: MemoryMember, heartbeats: Heartbeats): Relay {
  const leadership = { current: () => 'here' as const, changed: () => () => undefined };
  const clock = { nowMs: () => 0 };
  const gate = createGate({ node, leadership, clock, alarm: systemAlarm }, GATE_OPTIONS);
  const services = createRelayedServices({
    ...{ gate, state: { ...node, heartbeats }, admission, limits: LIMITS },
    ...{ wallMs: () => 0, timeMs: () => 0, newId: () => '' },
    told: { whenTold: (_of, done) => done() },
  });
  const service = createRelayService({
    methods: unaryMethodsOf(services),
    cluster: () => 'c',
    refuse: () => undefined,
  });
  return ({ member }, call, done) => {
    assert.equal(member, 2);
    const incoming = { request: { clusterId: 'c', ...call }, metadata: new Metadata() };
    service({ ...incoming, on: () => undefined }, (failure, reply) =>
      done(failure === null ? accept(reply?.message ?? Buffer.alloc(0)) : fail(failure)),
    );
  };
}

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
    async function askFollower(leader: LeaderElsewhere | undefined, relay?: Relay) {
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
        GATE_OPTIONS,
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
          relay,
        },
        member.service,
      );
      const request = { heartbeats: [beat('one', 1n)] };
      const { code, details } = await askRpc(services, 'ConnectorHeartbeat', request);
      return { code, details, heard: deaf.heard() };
    }

    const LEADER: LeaderElsewhere = { member: 2, clientAddress: '10.0.0.2:1228' };
    const SENT_ON = {
      code: status[status.INTERNAL],
      details:
        'has to forward request to: Some(2), Some(Node { node_id: 2, rpc_addr: "10.0.0.2:1228" })',
      heard: [],
    };

    it('is heard by the leader, whom it asks', async () => {
      const relay = relayTo(member, ear.heartbeats);
      const { code, heard } = await askFollower(LEADER, relay);
      assert.deepEqual([code, heard], ['OK', []]);
      assert.deepEqual(ear.heard(), ['one']);
    });

    it('is sent to a leader that takes no such calls from members', async () => {
      const unable: Relay = (_leader, _call, done) => done('untaken');
      assert.deepEqual(await askFollower(LEADER, unable), SENT_ON);
      assert.deepEqual(await askFollower(LEADER), SENT_ON);
    });

    it('is not sent to a leader that is silent, where its broker would ask first for ever', async () => {
      const dark: Relay = (_leader, _call, done) => done('silent');
      assert.deepEqual(await askFollower(LEADER, dark), {
        code: 'UNAVAILABLE',
        details: 'the leader did not answer this member; ask another one',
        heard: [],
      });
    });

    it('is not sent on by whoever it was relayed to, that leads no more', async () => {
      const { code, details } = await askFollower(LEADER, relayNoFurther);
      assert.deepEqual([code, details.includes('forward request to')], ['UNAVAILABLE', false]);
    });

    it('is refused soon while nobody leads, so that others are asked in the same round', async () => {
      assert.deepEqual(await askFollower(undefined), {
        code: 'UNAVAILABLE',
        details: 'no leader was found within 300 ms; nothing was carried out',
        heard: [],
      });
    });
  });
});
