import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type PeerCertificate } from 'node:tls';
import { ChannelCredentials, Metadata, status as Code, type ServiceError } from '@grpc/grpc-js';
import {
  AdminServiceClient,
  Phase,
  Role,
  type Change,
  type Status,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { freePlaces, type Place } from '../places.ts';
import { startServer } from '../server.ts';
import { startSteadyLoad } from '../steady-load.ts';
import { until } from '../until.ts';
import { createWorkspace, type Workspace } from '../workspace.ts';
import { createAuthority, DUE_MS, mount, type Authority, type Holder } from './authority.ts';

const LIMIT_MS = 20_000;
/** Members look at their files every ten seconds, three times for a rotation. */
const ROTATION_MS = 90_000;

interface Identity {
  readonly authorities: string;
  readonly certificate: string;
  readonly key: string;
}

/** One call with this identity. */
async function ask<Reply>(
  { peer }: Place,
  { authorities, certificate, key }: Identity,
  call: (
    client: AdminServiceClient,
    options: { deadline: number },
    done: (error: ServiceError | null, reply: Reply) => void,
  ) => unknown,
): Promise<Reply> {
  const checkServerIdentity = (_name: string, { subjectaltname = '' }: PeerCertificate) =>
    subjectaltname.includes('URI:robustmq://peer') ? undefined : new Error('it is no member');
  const credentials = ChannelCredentials.createFromSecureContext(
    createSecureContext({ ca: authorities, cert: certificate, key }),
    { checkServerIdentity },
  );
  const client = new AdminServiceClient(peer, credentials, {
    'grpc.ssl_target_name_override': 'robustmq-peer',
  });
  try {
    return await new Promise((resolve, reject) => {
      call(client, { deadline: Date.now() + 5_000 }, (error, reply) => {
        if (error === null) resolve(reply);
        else reject(error);
      });
    });
  } finally {
    client.close();
  }
}

const statusAs = async (place: Place, identity: Identity): Promise<Status> => {
  const reply = await ask<{ readonly status: Status | undefined }>(place, identity, (c, o, done) =>
    c.status({}, new Metadata(), o, done),
  );
  assert(reply.status);
  return reply.status;
};

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'OK';
  } catch (error) {
    return Code[(error as ServiceError).code];
  }
};

/** One cluster of real processes, with what the operator issues; the tests go on with it in their order. */
describe('certificates of the operator, at real members', () => {
  let workspace: Workspace;
  let places: readonly Place[];
  let authority: Authority;
  let ageMs = DUE_MS;

  const mountsOf = (): readonly string[] => places.map((_, at) => workspace.directory(`tls${at}`));
  const mountAll = async (): Promise<void> => {
    const held = await authority.held();
    for (const directory of mountsOf()) mount(directory, held);
  };
  const operator = async (): Promise<Identity> => (await authority.held()).operator;
  const peer = async (): Promise<Identity> => (await authority.held()).peer;
  const change = async (at: Place, changes: Change[]): Promise<void> => {
    const who = await operator();
    const { configuration } = await statusAs(at, who);
    const request = { configurationIndex: configuration?.index ?? 0, changes };
    await ask(at, who, (c, o, done) => c.changeMembership(request, new Metadata(), o, done));
  };
  const holders = async (): Promise<Holder[]> => {
    const who = await operator();
    return Promise.all(
      places.map(async (place, at) => ({
        name: `demo-meta-${at}`,
        status: await statusAs(place, who).catch(() => undefined),
      })),
    );
  };
  /** Everything that is to be done, with what kubelet does after it; all that was said, each once. */
  const settle = async (): Promise<readonly string[]> => {
    const said: string[] = [];
    await until('certificates are settled', ROTATION_MS, async () => {
      const step = await authority.step(await holders());
      if (step === undefined) return said;
      if (said.at(-1) !== step) said.push(step);
      await mountAll();
      return undefined;
    });
    return said;
  };

  before(async function () {
    this.timeout(60_000);
    workspace = createWorkspace(tmpdir());
    places = await freePlaces(3);
    authority = createAuthority(() => ageMs);
    for (let steps = 0; steps < 3; steps += 1) await authority.step([]);
    await mountAll();
    const mounts = mountsOf();
    for (const [at, place] of places.entries()) {
      const file = (name: string): string => join(mounts[at] ?? '', '..data', name);
      const directory = workspace.directory(`m${at}`);
      const flags = [
        ...['--tls-peer-certificate', file('tls.crt')],
        ...['--tls-peer-key', file('tls.key')],
        ...['--tls-peer-authority', file('ca.crt')],
      ];
      startServer(workspace, { directory, place, origin: { kind: 'wait' }, flags });
    }
    const waiting = await until('all wait for orders', LIMIT_MS, async () => {
      const statuses = (await holders()).flatMap(({ status }) => status ?? []);
      const wait = statuses.filter(({ phase }) => phase === Phase.WAITING);
      return wait.length === 3 ? wait : undefined;
    });
    const [first, ...others] = places;
    const who = await operator();
    const begun = { clusterId: 'c1', directory: waiting[0]!.directory };
    await ask(first!, who, (c, o, done) => c.bootstrap(begun, new Metadata(), o, done));
    await until('it leads', LIMIT_MS, async () =>
      (await statusAs(first!, who)).role === Role.LEADER ? true : undefined,
    );
    await change(
      first!,
      others.map((place, at) => ({
        kind: {
          $case: 'addLearner',
          value: { directory: waiting[at + 1]!.directory, peerAddress: place.peer },
        },
      })),
    );
    await until('the others have caught up', LIMIT_MS, async () => {
      const { progress } = await statusAs(first!, who);
      return progress.filter(({ caughtUp }) => caughtUp).length === 2 ? true : undefined;
    });
    await change(
      first!,
      [2, 3].map((memberId) => ({ kind: { $case: 'promote', value: { memberId } } })),
    );
  });
  after(() => workspace.dispose());

  it('let the operator do everything, and a peer only look', async () => {
    const leader = places[0]!;
    const { configuration } = await statusAs(leader, await peer());
    assert.equal(configuration?.members.length, 3);
    const moved = { configurationIndex: configuration.index, memberId: 1, term: 0 };
    const transfer = async (who: Identity): Promise<string> =>
      codeOf(ask(leader, who, (c, o, done) => c.transfer(moved, new Metadata(), o, done)));
    const nothing = { configurationIndex: configuration.index, changes: [] };
    const changeNothing = async (who: Identity): Promise<string> =>
      codeOf(
        ask(leader, who, (c, o, done) => c.changeMembership(nothing, new Metadata(), o, done)),
      );
    assert.equal(await transfer(await peer()), 'PERMISSION_DENIED');
    assert.equal(await changeNothing(await peer()), 'PERMISSION_DENIED');
    assert.equal(await transfer(await operator()), 'OK');
    assert.equal(await changeNothing(await operator()), 'INVALID_ARGUMENT');
  });

  it('are refused when another authority signed them, and its members are not spoken to', async () => {
    const stranger = createAuthority(() => 0);
    for (let steps = 0; steps < 3; steps += 1) await stranger.step([]);
    const theirs = (await stranger.held()).operator;
    const ours = await operator();
    const [place] = places;
    assert.equal(await codeOf(statusAs(place!, theirs)), 'UNAVAILABLE');
    assert.equal(
      await codeOf(statusAs(place!, { ...theirs, authorities: ours.authorities })),
      'UNAVAILABLE',
    );
    assert.equal(
      await codeOf(statusAs(place!, { ...ours, authorities: theirs.authorities })),
      'UNAVAILABLE',
    );
  });

  it('are renewed, and the authority is replaced, while every write is acknowledged', async () => {
    const load = startSteadyLoad({
      endpoints: () => places.map(({ client }) => client),
      ...{ prefix: 'k', keys: 50, valueBytes: 64, writesPerSecond: 100, lanes: 4 },
    });
    ageMs = 0;
    const before = await authority.held();
    const renewed = await settle();
    assert.equal(renewed.filter((step) => step.includes('renewed in good time')).length, 2);
    const between = await authority.held();
    assert.equal(between.peer.authorities, before.peer.authorities);

    authority.lose('demo-meta-ca');
    const replaced = await settle();
    await load.stop();
    const after = await authority.held();
    assert.deepEqual(
      replaced.filter((step) => !step.startsWith('demo-meta-')),
      [
        'Secret demo-meta-ca gets a new authority: it is missing',
        'who has Secret demo-meta-tls comes to believe the new authority, too',
        'who has Secret demo-meta-operator-tls comes to believe the new authority, too',
        'Secret demo-meta-tls gets a new certificate: the new authority signs',
        'Secret demo-meta-operator-tls gets a new certificate: the new authority signs',
        'who has Secret demo-meta-tls believes the old authority no more',
        'who has Secret demo-meta-operator-tls believes the old authority no more',
      ],
    );
    assert.deepEqual([load.counts.failed, load.counts.unknown], [0, 0]);
    assert.ok(load.counts.ok > 100, `${load.counts.ok}`);
    await until('nobody believes the old one', LIMIT_MS, async () => {
      const old = { ...before.operator, authorities: after.operator.authorities };
      const codes = await Promise.all(places.map((place) => codeOf(statusAs(place, old))));
      return codes.every((code) => code === 'UNAVAILABLE') ? true : undefined;
    });
  }).timeout(200_000);
});
