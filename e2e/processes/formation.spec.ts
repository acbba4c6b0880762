import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client, credentials, status as Code } from '@grpc/grpc-js';
import { service as health } from 'grpc-health-check';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import { Phase } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { attempt } from '../../server/cli/attempt.ts';
import { startCluster } from '../local/local-cluster.ts';
import { statusesOf, statusOf } from './admin.ts';
import { leaderAmong } from './leader.ts';
import { flipBit } from './flip-bit.ts';
import { createKvClient } from './kv.ts';
import { freePlaces, type Place } from './places.ts';
import { dataOf, MAIN, serverCommand, startServer, type ServerMember } from './server.ts';
import { until } from './until.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const LIMIT_MS = 8_000;

/** One cluster of real processes; the tests go on with it in their order. */
describe('members as processes', () => {
  let workspace: Workspace;
  let members: readonly ServerMember[];

  before(async function () {
    this.timeout(30_000);
    workspace = createWorkspace(tmpdir());
    members = await startCluster({
      workspace,
      places: await freePlaces(3),
      directory: (at) => workspace.directory(`m${at + 1}`),
    });
  });
  after(() => workspace.dispose());

  const peers = (): string[] => members.map(({ place }) => place.peer);
  const logOf = ({ directory }: ServerMember): string =>
    readFileSync(join(directory, 'output.log'), 'utf8');
  const freePlace = async (): Promise<Place> => (await freePlaces(1))[0]!;

  function kv<Value>(work: (client: ReturnType<typeof createKvClient>) => Promise<Value>) {
    const client = createKvClient({
      endpoints: () => members.map(({ place }) => place.client),
      first: 0,
      timeoutMs: 5_000,
    });
    return work(client).finally(() => client.close());
  }
  /** All members run, and agree on who leads. */
  const agreed = (): Promise<readonly Status[]> =>
    until('all follow one leader', LIMIT_MS, async () => {
      const statuses = (await statusesOf(peers())).filter((status) => status !== undefined);
      const [leader = 0, ...others] = new Set(statuses.map(({ leaderId }) => leaderId));
      return statuses.length === members.length && leader !== 0 && others.length === 0
        ? statuses
        : undefined;
    });

  it('form a cluster, each on an empty directory', async () => {
    const statuses = await agreed();
    assert.equal(new Set(statuses.map(({ clusterId }) => clusterId)).size, 1);
    assert.deepEqual(statuses.map(({ memberId }) => memberId).sort(), [1, 2, 3]);
    const written = await kv((client) => client.set('kept', 'through everything'));
    assert.equal(written.kind, 'ok');
  });

  it('say that they serve to those who check their health, on both ports', async () => {
    const { path, requestSerialize, responseDeserialize } = health['Check']!;
    for (const address of members.flatMap(({ place }) => [place.client, place.peer])) {
      const client = new Client(address, credentials.createInsecure());
      const ask = (): Promise<unknown> =>
        new Promise((resolve, reject) => {
          client.makeUnaryRequest(
            path,
            requestSerialize,
            responseDeserialize,
            { service: '' },
            (error, reply) => (error === null ? resolve(reply) : reject(error)),
          );
        });
      await until(`${address} serves`, LIMIT_MS, async () => {
        const { status } = (await ask()) as { readonly status: string };
        return status === 'SERVING';
      }).finally(() => client.close());
    }
  });

  it('do not found a second cluster when a peer is in one', async () => {
    const stranger = startServer(workspace, {
      directory: workspace.directory('stranger'),
      place: await freePlace(),
      origin: { kind: 'bootstrap', peers: [peers()[1]!] },
    });
    await until('it has refused', LIMIT_MS, () =>
      Promise.resolve(logOf(stranger).includes('"bootstrap_refused"')),
    );
    assert.match(
      logOf(stranger),
      new RegExp(`${peers()[1]!} is member \\d+ of cluster .*: start this process with join`),
    );
    const { phase, memberId } = await statusOf(stranger.place.peer);
    assert.deepEqual({ phase, memberId }, { phase: Phase.WAITING, memberId: 0 });
    assert.equal(await stranger.end('SIGTERM'), 0);
  });

  it('take no notice of the order to bootstrap on a used directory', async () => {
    const [first] = members;
    const before = await statusOf(first!.place.peer);
    assert.equal(await first!.end('SIGTERM'), 0);
    first!.start();
    await agreed();
    const { clusterId, memberId } = await statusOf(first!.place.peer);
    assert.deepEqual(
      { clusterId, memberId },
      { clusterId: before.clusterId, memberId: before.memberId },
    );
  });

  it('send clients to the leader in the words of RobustMQ', async () => {
    const statuses = await agreed();
    const leader = leaderAmong(statuses)!;
    const follower = members.find((_, at) => at !== leader)!;
    const client = new Client(follower.place.client, credentials.createInsecure());
    const request = { key: 'kept', value: 'elsewhere' };
    const outcome = await attempt(client, 'follower', Kv.set, request, LIMIT_MS);
    client.close();
    assert.ok(outcome.kind === 'refused');
    const id = statuses[leader]!.memberId;
    assert.equal(
      outcome.error.details,
      `has to forward request to: Some(${id}), Some(Node { node_id: ${id}, rpc_addr: "${members[leader]!.place.client}" })`,
    );
    assert.ok([Code.INTERNAL, Code.UNAVAILABLE].includes(outcome.error.code));
  });

  it('name a setting that does not exist, or is wrong, and exit with status 2', async () => {
    const config = join(workspace.directory('config'), 'meta.toml');
    writeFileSync(config, '[raft]\nelection_timout = "1s"\nheartbeat_interval = "soon"\n');
    const child = workspace.run({
      bin: process.execPath,
      args: [MAIN, 'server', '--config', config],
    });
    const [errors, exit] = await Promise.all([text(child.errors), child.ended]);
    assert.equal(exit, 2);
    assert.match(errors, /raft\.election_timout/);
    assert.match(errors, /raft\.heartbeat_interval/);
  });

  it('do not stay when a port is taken', async () => {
    const place = { ...(await freePlace()), peer: peers()[0]! };
    const command = serverCommand({
      directory: workspace.directory('late'),
      place,
      origin: { kind: 'wait' },
    });
    const child = workspace.run(command);
    const [output, exit] = await Promise.all([text(child.output), child.ended]);
    assert.equal(exit, 1);
    assert.ok(output.includes(`address already in use ${place.peer}`));
  });

  it('leave a data directory to the process that has it, and say which that is', async () => {
    const [first] = members;
    const second = startServer(workspace, {
      directory: first!.directory,
      place: await freePlace(),
      origin: { kind: 'wait' },
    });
    assert.match(await second.failure, /ended with status 1/);
    const says = `process ${first!.pid} has this data directory open`;
    assert.ok(logOf(second).includes(says), says);
    await agreed();
  });

  it('find each other when all come back at once on new addresses', async () => {
    const statuses = await Promise.all(members.map((member) => member.end('SIGTERM')));
    assert.deepEqual(statuses, [0, 0, 0]);
    const places = await freePlaces(3);
    const all = places.map(({ peer }) => peer);
    members = members.map(({ directory }, at) =>
      startServer(workspace, {
        directory,
        place: places[at]!,
        origin: { kind: 'wait' },
        flags: ['--peers', all.join(',')],
      }),
    );
    await agreed();
    const read = await kv((client) => client.get('kept'));
    assert.deepEqual(read.kind === 'ok' && read.reply, 'through everything');
  });

  it('refuse a damaged directory, and say of it what to do', async () => {
    const { memberId } = await statusOf(peers()[2]!);
    const damaged = members[2]!;
    await damaged.end('SIGKILL');
    flipBit(join(dataOf(damaged.directory), 'log'), /\.(log|ldb)$/);
    damaged.start();
    const refused = await until('it is refused', LIMIT_MS, async () => {
      const status = await statusOf(damaged.place.peer);
      return status.phase === Phase.REFUSED ? status : undefined;
    });
    assert.notEqual(memberId, 0);
    assert.match(refused.error, /log/);
    assert.match(refused.error, /restore|remove|move|new member|empty/i);
    assert.ok(existsSync(dataOf(damaged.directory)), 'nothing is deleted');
    const written = await kv((client) => client.set('kept', 'by the others'));
    assert.equal(written.kind, 'ok');
    assert.equal(await damaged.end('SIGTERM'), 0);
  });
});
