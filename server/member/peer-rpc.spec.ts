/** The peer port with mutual TLS: who may call what, whichever way a call is served. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { AdminServiceClient } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { PeerServiceService } from '../../proto/gen/robustmq/raft/v1/raft.ts';
import { loadConfig } from '../config/load.ts';
import { NO_LOG } from '../observe/log/testing/no-log.ts';
import type { UnaryHandler } from '../rpc/unary-handler.ts';
import type { UnaryMethods } from '../rpc/unary-methods.ts';
import { accept, fail } from '../services/answer.ts';
import type { Answer } from '../services/answer.ts';
import type { Unanswered } from '../services/gate.ts';
import { createAdminService } from '../services/admin/admin-service.ts';
import { createCluster } from '../services/admin/testing/cluster.ts';
import { createAddressBook } from '../transport/grpc/address-book.ts';
import { stampOf } from '../transport/grpc/caller-role.ts';
import type { CallerRole } from '../transport/grpc/caller-role.ts';
import { insecureCredentials, tlsCredentials } from '../transport/grpc/credentials.ts';
import type { PeerCredentials } from '../transport/grpc/credentials.ts';
import { createGrpcTransport } from '../transport/grpc/grpc-transport.ts';
import { DEFAULT_TRANSPORT_OPTIONS } from '../transport/grpc/options.ts';
import {
  createAuthority,
  createFolder,
  OPERATOR,
  PEER,
} from '../transport/grpc/testing/authority.ts';
import type { TestAuthority } from '../transport/grpc/testing/authority.ts';
import { SILENT_LOG } from '../transport/grpc/transport-log.ts';
import { createHealth } from './health.ts';
import { createLeaderCalls } from './leader-calls.ts';
import { createPeerRpc } from './peer-rpc.ts';
import { authorize } from './peer-security.ts';

const NOBODY = [{ type: 'url', value: 'robustmq://other' }] as const;
/** What is relayed here: one is answered what it asks, one is refused, and one never answered. */
const RELAYED: UnaryMethods = new Map(
  (
    [
      ['/a/Echo', (call, answer) => answer(null, call.request)],
      [
        '/a/Refuse',
        (_call, answer) => answer({ code: status.INTERNAL, details: 'Node 3 does not exist' }),
      ],
      ['/a/Hang', () => undefined],
    ] satisfies [string, UnaryHandler<unknown, unknown>][]
  ).map(([path, handle]) => [
    path,
    { decode: (bytes) => bytes, encode: (reply) => reply as Buffer, many: false, handle },
  ]),
);
const NAMES = { peer: PEER, operator: OPERATOR, none: NOBODY } as const;

describe('The peer port', () => {
  const disposals: (() => unknown)[] = [];
  let authority: TestAuthority;
  let address: string;
  let clusterId: string;

  async function credentialsOf(role: CallerRole): Promise<PeerCredentials> {
    const { folder, remove } = createFolder();
    const files = await authority.issue(folder, [...NAMES[role]]);
    const loaded = tlsCredentials(files, 3_600_000, () => undefined);
    disposals.push(remove, () => loaded.close());
    return loaded;
  }

  before(async () => {
    authority = await createAuthority('ours');
    const credentials = await credentialsOf('peer');
    const { found } = createCluster();
    const host = await found();
    const admin = createAdminService({ ...host.parts, authorize });
    const self = host.parts.self;
    clusterId = self().identity?.cluster ?? assert.fail('it is of no cluster');
    const transport = createGrpcTransport({
      book: createAddressBook(),
      self,
      incarnation: 1,
      displaced: () => assert.fail('nobody else speaks for it'),
      credentials,
      clock: { nowMs: () => performance.now() },
      random: () => 0.5,
      options: DEFAULT_TRANSPORT_OPTIONS,
      log: SILENT_LOG,
    });
    const config = loadConfig({ flags: {}, environment: {}, file: undefined });
    const front = { admin, relayed: RELAYED };
    const core = { transport, credentials, self };
    const rpc = createPeerRpc(config, NO_LOG, core, front, createHealth());
    const listener = createServer((socket) => rpc.accept(socket));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    address = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
    disposals.push(async () => {
      admin.close();
      rpc.close();
      await transport.close();
      listener.close();
      await once(listener, 'close');
    });
  });
  after(async () => {
    for (const dispose of disposals.splice(0).reverse()) await dispose();
  });

  async function clientOf(role: CallerRole): Promise<AdminServiceClient> {
    const client = new AdminServiceClient(address, (await credentialsOf(role)).channel());
    disposals.push(() => client.close());
    return client;
  }

  /** How Status, Range and WatchStatus end for a caller that claims to have another role than its certificate gives. */
  async function endsOf(role: CallerRole): Promise<readonly string[]> {
    const client = await clientOf(role);
    const metadata = new Metadata();
    metadata.set(stampOf('operator').name, 'operator');
    const codeOf = (error: ServiceError | null): string => status[error?.code ?? status.OK];
    const look = await new Promise<string>((resolve) => {
      client.status({}, metadata, (error) => resolve(codeOf(error)));
    });
    const request = { prefix: '', after: '', limit: 0, keysOnly: false, stale: true };
    const range = await new Promise<string>((resolve) => {
      client.range(request, metadata, (error) => resolve(codeOf(error)));
    });
    const watch = client.watchStatus({ intervalMs: 0 }, metadata);
    const watching = await new Promise<string>((resolve) => {
      watch.on('error', (error: ServiceError) => resolve(codeOf(error)));
      watch.once('data', () => resolve('OK'));
    });
    watch.cancel();
    return [look, range, watching];
  }

  const denied = 'PERMISSION_DENIED';
  const TABLE = {
    operator: ['OK', 'OK', 'OK'],
    peer: ['OK', denied, 'OK'],
    none: [denied, denied, denied],
  } as const;
  for (const role of ['operator', 'peer', 'none'] as const) {
    it(`lets a caller with the role ${role} do what that may, whatever it says itself`, async () => {
      assert.deepEqual(await endsOf(role), TABLE[role]);
    });
  }

  describe('relays', () => {
    /** What became of a call that was relayed. */
    async function relayed(role: CallerRole, path: string, cluster?: string, limitMs = 10_000) {
      const calls = createLeaderCalls({
        credentials: await credentialsOf(role),
        options: DEFAULT_TRANSPORT_OPTIONS,
        cluster: () => cluster ?? clusterId,
        addressOf: (member) => (member === 7 ? address : undefined),
        limitMs,
        failed: (_member, reason) => reasons.push(reason),
      });
      disposals.push(() => calls.close());
      const ask = (member: number) =>
        new Promise<Answer<Buffer> | Unanswered>((resolve) => {
          const leader = { member, clientAddress: 'nowhere:1' };
          calls.relay(leader, { path, message: Buffer.from('request') }, resolve);
        });
      assert.equal(await ask(8), 'silent');
      return ask(7);
    }

    const reasons: string[] = [];
    beforeEach(() => reasons.splice(0));

    it('what a peer has it answer', async () => {
      assert.deepEqual(await relayed('peer', '/a/Echo'), accept(Buffer.from('request')));
    });

    it('what it refuses', async () => {
      const failure = { code: status.INTERNAL, details: 'Node 3 does not exist' };
      assert.deepEqual(await relayed('peer', '/a/Refuse'), fail(failure));
    });

    it('nothing of a leader that does not answer in time, who may hang', async () => {
      assert.equal(await relayed('peer', '/a/Hang', undefined, 200), 'silent');
      assert.match(String(reasons), /^DEADLINE_EXCEEDED/);
    });

    for (const [what, openingMsMax, connectionsWanted] of [
      ['on the same connection, which is still being opened', 10_000, 1],
      ['on another connection, when one is not opened for too long', 100, 2],
    ] as const) {
      it(what, async () => {
        let connections = 0;
        // It takes connections, and says nothing on them.
        const silent = createServer((socket) => {
          connections += 1;
          disposals.push(() => socket.destroy());
        });
        await once(silent.listen(0, '127.0.0.1'), 'listening');
        disposals.push(() => silent.close());
        const { port } = silent.address() as AddressInfo;
        const calls = createLeaderCalls({
          credentials: insecureCredentials(),
          options: { ...DEFAULT_TRANSPORT_OPTIONS, greetingTimeoutMs: openingMsMax },
          cluster: () => clusterId,
          addressOf: () => `127.0.0.1:${port}`,
          limitMs: 300,
          failed: () => undefined,
        });
        disposals.push(() => calls.close());
        const leader = { member: 7, clientAddress: 'nowhere:1' };
        for (let count = 0; count < 2; count += 1) {
          const call = { path: '/a/Echo', message: Buffer.from('request') };
          const answer = await new Promise((resolve) => calls.relay(leader, call, resolve));
          assert.equal(answer, 'silent');
        }
        assert.equal(connections, connectionsWanted);
      });
    }

    for (const [what, reason, role, path, cluster] of [
      ['nothing of a caller without a role', denied, 'none', '/a/Echo'],
      ['no other rpc', 'NOT_FOUND', 'operator', '/a/Other'],
      ['nothing of another cluster', 'FAILED_PRECONDITION', 'peer', '/a/Echo', 'another'],
    ] as const) {
      it(what, async () => {
        assert.equal(await relayed(role, path, cluster), 'untaken');
        assert.deepEqual(
          reasons.map((each) => each.split(':')[0]),
          [reason],
        );
      });
    }
  });

  it('goes on when any call is taken back at once', async () => {
    const credentials = await credentialsOf('operator');
    const session = connectHttp2('http://inside', {
      createConnection: () => credentials.connect(address),
    });
    disposals.push(() => session.destroy());
    const paths = [
      PeerServiceService.exchange.path,
      PeerServiceService.hello.path,
      '/robustmq.admin.v1.AdminService/Range',
      '/robustmq.admin.v1.AdminService/WatchStatus',
      '/no/such',
    ];
    for (const path of paths) {
      for (let count = 0; count < 10; count += 1) {
        const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc' };
        const stream = session.request(headers).on('error', () => undefined);
        stream.close(8);
        await once(stream, 'close');
      }
    }
    assert.deepEqual(await endsOf('operator'), TABLE.operator);
  });
});
