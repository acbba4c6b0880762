/** The service behind a real server of gRPC, and who may call it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { credentials, Server, ServerCredentials, status as Code } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import {
  AdminServiceClient,
  AdminServiceService,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { WatchStatusResponse } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { LEADER_TRAILER } from './admin-error.ts';
import { createAdminService } from './admin-service.ts';
import type { CallerRole } from './parts.ts';
import { createCluster } from './testing/cluster.ts';
import type { Host } from './testing/world.ts';

describe('The admin service', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  async function serve(host: Host): Promise<AdminServiceClient> {
    const server = new Server();
    server.addService(AdminServiceService, host.admin.handlers);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const client = new AdminServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
    closers.push(() => {
      client.close();
      server.forceShutdown();
    });
    return client;
  }

  it('answers, refuses and names the leader over the wire', async () => {
    const { three } = createCluster();
    const [a, b] = await three();
    const leader = await serve(a);
    const other = await serve(b);
    const status = await new Promise((resolve, reject) => {
      leader.status({}, (error, response) => {
        if (error === null) resolve(response.status?.memberId);
        else reject(error);
      });
    });
    assert.equal(status, 1);
    const refusal = await new Promise<ServiceError | null>((resolve) => {
      other.remove({ configurationIndex: 3, memberId: 3 }, (error) => resolve(error));
    });
    assert.equal(refusal?.code, Code.FAILED_PRECONDITION);
    assert.equal(refusal.details, 'This member does not lead: ask member 1 at host-1:1230.');
    assert.deepEqual(refusal.metadata.get(LEADER_TRAILER), ['host-1:1230']);
  });

  it('streams until its reader cancels', async () => {
    const { found, timers, pass, write } = createCluster();
    const a = await found();
    const client = await serve(a);
    const stream = client.watchStatus({ intervalMs: 100 });
    stream.on('error', () => undefined);
    const [first] = (await once(stream, 'data')) as [WatchStatusResponse];
    assert.equal(first.status?.memberId, 1);
    await write(a, 1);
    const next = once(stream, 'data') as Promise<[WatchStatusResponse]>;
    pass(100);
    const [second] = await next;
    assert((second.status?.commitIndex ?? 0) > first.status.commitIndex);
    assert.equal(timers(), 1);
    stream.cancel();
    while (timers() > 0) await setImmediate();
  });

  it('ends its streams when it is closed', async () => {
    const { found } = createCluster();
    const a = await found();
    const stream = (await serve(a)).watchStatus({ intervalMs: 0 });
    await once(stream, 'data');
    const ended = once(stream, 'error') as Promise<[ServiceError]>;
    a.admin.close();
    const [error] = await ended;
    assert.equal(error.code, Code.UNAVAILABLE);
    assert.equal(error.details, 'This process is stopping. Ask another member.');
  });

  it('keeps no more for a reader that stops reading than a connection takes', async () => {
    const { found, pass, write } = createCluster();
    const a = await found();
    let looks = 0;
    const facts = () => {
      looks += 1;
      return a.parts.facts();
    };
    const admin = createAdminService({ ...a.parts, facts });
    const stream = (await serve({ ...a, admin })).watchStatus({ intervalMs: 100 });
    stream.on('error', () => undefined);
    // A stream of the client that never began to read would be read into its memory.
    await once(stream, 'data');
    stream.pause();
    let since = 0;
    for (let turn = 0; since < 50; turn += 1) {
      assert(turn < 10_000, 'it writes and writes');
      const before = looks;
      await write(a, 1);
      pass(100);
      await setImmediate();
      since = looks === before ? since + 1 : 0;
    }
    stream.resume();
    const before = looks;
    while (looks === before) {
      pass(100);
      await setImmediate();
    }
    stream.cancel();
  });

  it('asks for every rpc whether the caller may', async () => {
    const { found, ask } = createCluster();
    const a = await found();
    const asked: CallerRole[] = [];
    a.denies = (role) => {
      asked.push(role);
      return `Only for a ${role}.`;
    };
    const { node } = a;
    const before = node.status();
    const requests = {
      bootstrap: {},
      status: {},
      addLearner: { configurationIndex: 1, directory: a.directory, peerAddress: 'host:1' },
      promote: { configurationIndex: 1, memberId: 1 },
      remove: { configurationIndex: 1, memberId: 1 },
      changeMembership: { configurationIndex: 1, changes: [] },
      transfer: { configurationIndex: 1, memberId: 1 },
      range: { prefix: '', after: '', limit: 0, keysOnly: false, stale: true },
      recover: { incidentId: 'x', memberId: 1, lastLogTerm: 1, lastLogIndex: 1 },
      compact: {},
      setLogLevel: { level: 'debug' },
    };
    for (const name of Object.keys(requests) as (keyof typeof requests)[]) {
      const reply = await ask(a, name, requests[name] as never);
      assert.deepEqual(reply, {
        code: 'PERMISSION_DENIED',
        details: `Only for a ${name === 'status' ? 'peer' : 'operator'}.`,
      });
    }
    assert.deepEqual(
      Object.keys(a.admin.handlers).sort(),
      [...Object.keys(requests), 'snapshot', 'watchStatus'].sort(),
      'no rpc is left out here',
    );
    assert.equal(asked.length, 11);
    assert.equal(node.status().firstLog, before.firstLog);
    assert.equal(a.parts.logLevel.get(), 'info');
  });
});
