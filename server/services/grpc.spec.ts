/** The key-value service over real sockets, with the client that is generated for it. */
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { credentials, Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { createNode } from '../node/create-node.ts';
import { machine } from '../state/machine.ts';
import { faultless } from '../storage/memory/disk-policy.ts';
import { createMemoryLogStore } from '../storage/memory/log-store.ts';
import { createMemoryDisk } from '../storage/memory/memory-disk.ts';
import { createMemoryStateStore } from '../storage/memory/state-store.ts';
import { createMemoryNetwork } from '../transport/memory.ts';
import {
  MetaServiceServiceClient,
  MetaServiceServiceService,
} from '../../proto/gen/meta/common.ts';
import { createAdmission } from './admission.ts';
import { systemAlarm } from './alarm.ts';
import { createGate } from './gate.ts';
import { createKvService } from './kv-service.ts';
import { createBrokerClient } from './testing/broker-client.ts';
import type { AttemptOutcome, BrokerOutcome, Dial } from './testing/broker-client.ts';
import { MEMBER_OPTIONS } from './testing/memory-member.ts';
import { createServer, LIMITS } from './testing/server.ts';
import type { Server as Member } from './testing/server.ts';

const clock = { nowMs: () => performance.now() };
const defer = (task: () => void): void => void setImmediate(task);

/** Of one member in memory, in real time; it leads within two election timeouts. */
function startMember(): Member {
  const disk = createMemoryDisk({ policy: faultless(defer) });
  const member = createServer({
    clock,
    defer,
    alarm: systemAlarm,
    addressOf: () => undefined,
    boot: (observer) =>
      createNode(
        {
          log: createMemoryLogStore(disk),
          state: createMemoryStateStore(disk),
          transport: createMemoryNetwork(defer).transport('a'),
          clock,
          defer,
          machine,
        },
        MEMBER_OPTIONS,
        observer,
      ),
  });
  return member;
}

/** A service that knows of a leader elsewhere, and has no node. */
function createFollower(clientAddress: string): ReturnType<typeof createKvService> {
  const never = (): never => assert.fail('a follower asks nobody');
  let nowMs = 0;
  const gate = createGate(
    {
      node: { propose: never, read: never },
      leadership: { current: () => ({ member: 1, clientAddress }), changed: () => () => undefined },
      clock: { nowMs: () => nowMs },
      alarm: systemAlarm,
    },
    { waitMsMax: 3_000, secondRedirectMs: 1_000 },
  );
  // Long after its start.
  nowMs = 60_000;
  return createKvService({
    gate,
    state: { row: never, range: never },
    admission: createAdmission(LIMITS),
    limits: LIMITS,
    timeMs: never,
  });
}

async function listen(service: ReturnType<typeof createKvService>): Promise<[Server, string]> {
  const server = new Server({ 'grpc.max_receive_message_length': 8 << 20 });
  server.addService(MetaServiceServiceService, service);
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind('127.0.0.1:0', ServerCredentials.createInsecure());
  return [server, `127.0.0.1:${port}`];
}

describe('The key-value service over gRPC', () => {
  const channels = new Map<string, MetaServiceServiceClient>();
  const servers: Server[] = [];
  let member: Member;
  let ticking: NodeJS.Timeout;
  let leader = '';
  let follower = '';

  const channel = (address: string): MetaServiceServiceClient => {
    const known = channels.get(address);
    if (known !== undefined) return known;
    const made = new MetaServiceServiceClient(address, credentials.createInsecure());
    channels.set(address, made);
    return made;
  };
  const dial: Dial = (address, rpc, request, done) => {
    const client = channel(address) as unknown as Record<
      string,
      (request: unknown, callback: (error: ServiceError | null, reply: unknown) => void) => void
    >;
    client[rpc]!(request, (error, reply) => {
      if (error === null) done({ kind: 'reply', reply });
      else done({ kind: 'status', code: error.code, details: error.details });
    });
  };
  const ask = (address: string, rpc: string, request: unknown): Promise<AttemptOutcome> =>
    new Promise((resolve) => dial(address, rpc, request, resolve));
  const asBroker = (rpc: string, request: unknown): Promise<BrokerOutcome> =>
    new Promise((resolve) => {
      createBrokerClient({ addresses: [follower, leader], dial, alarm: systemAlarm }).call(
        rpc,
        request,
        resolve,
      );
    });

  before(async () => {
    member = startMember();
    ticking = setInterval(() => member.node.tick(), 10);
    const started = await listen(member.service);
    leader = started[1];
    const other = await listen(createFollower(leader));
    follower = other[1];
    servers.push(started[0], other[0]);
    await new Promise((resolve) => {
      // Stores are opened in the turns to come.
      const found = (): void => {
        if (member.node.status().phase === 'waiting') member.node.bootstrap('cluster', resolve);
        else setImmediate(found);
      };
      found();
    });
  });

  after(async () => {
    clearInterval(ticking);
    for (const client of channels.values()) client.close();
    for (const server of servers) server.forceShutdown();
    await new Promise<void>((resolve) => member.node.stop(resolve));
  });

  it('serves what arrives before there is a leader, once there is one', async () => {
    const outcome = await ask(leader, 'set', { key: 'k', value: 'vü' });
    assert.deepEqual(outcome, { kind: 'reply', reply: {} });
    assert.deepEqual(await ask(leader, 'get', { key: 'k' }), {
      kind: 'reply',
      reply: { value: 'vü' },
    });
    assert.deepEqual(await ask(leader, 'exists', { key: 'k' }), {
      kind: 'reply',
      reply: { flag: true },
    });
    assert.deepEqual(await ask(leader, 'getPrefix', { prefix: 'k' }), {
      kind: 'reply',
      reply: { values: ['vü'] },
    });
    assert.deepEqual(await ask(leader, 'delete', { key: 'k' }), { kind: 'reply', reply: {} });
  });

  it('sends the texts of v0.4.11', async () => {
    assert.deepEqual(await ask(leader, 'set', { key: '', value: 'v' }), {
      kind: 'status',
      code: status.INVALID_ARGUMENT,
      details:
        '"meta.service.common.SetRequest.key": characters length must be greater than or equal to 1',
    });
    assert.deepEqual(await ask(follower, 'get', { key: 'k' }), {
      kind: 'status',
      code: status.INTERNAL,
      details: `has to forward request to: Some(1), Some(Node { node_id: 1, rpc_addr: "${leader}" })`,
    });
  });

  it('is found by a broker that begins at a follower', async () => {
    assert.deepEqual(await asBroker('set', { key: 'b', value: '1' }), { kind: 'reply', reply: {} });
    assert.deepEqual(await asBroker('get', { key: 'b' }), { kind: 'reply', reply: { value: '1' } });
  });

  it('answers a number that is sent again as the first time', async () => {
    const metadata = new Metadata();
    metadata.set('robustmq-client-id', 'c');
    metadata.set('robustmq-request-id', '1');
    const set = (value: string): Promise<void> =>
      new Promise((resolve, reject) => {
        channel(leader).set({ key: 'n', value }, metadata, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      });
    await set('first');
    await set('again');
    assert.deepEqual(await ask(leader, 'get', { key: 'n' }), {
      kind: 'reply',
      reply: { value: 'first' },
    });
    assert.deepEqual(member.admission.load(), { requests: 0, bytes: 0 });
  });

  it('gives back the room of a call that its client gives up', async () => {
    const call = channel(leader).set({ key: 'x', value: 'v' }, () => undefined);
    call.cancel();
    await ask(leader, 'get', { key: 'x' });
    await new Promise<void>((resolve) => member.admission.drain(resolve));
    assert.deepEqual(member.admission.load(), { requests: 0, bytes: 0 });
  });

  it('turns calls away once it drains', async () => {
    const outcome = await ask(leader, 'get', { key: 'k' });
    assert(outcome.kind === 'status' && outcome.code === status.UNAVAILABLE);
  });
});
