import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Phase } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type {
  AddLearnerResponse,
  CompactResponse,
} from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { rowKey } from '../../server/state/row-keys.ts';
import { startCluster } from '../local/local-cluster.ts';
import { askAdmin, statusOf } from './admin.ts';
import { awaitLeader } from './leader.ts';
import type { Leader } from './leader.ts';
import { freePlaces } from './places.ts';
import { rowsOn } from './rows.ts';
import { dataOf, startServer, type ServerMember } from './server.ts';
import { lostOf, startSteadyLoad, type SteadyLoad } from './steady-load.ts';
import { until } from './until.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const LIMIT_MS = 20_000;
const KEYS = 48;
const VALUE_BYTES = 256 << 10;
/** At this rate nobody receives the state in less than a second and a half. */
const FLAGS = ['--snapshot-rate-max', '8MiB'];
/** How long the state has been coming when its receiver is killed. */
const KILLED_AFTER_MS = [0, 400, 900];
/** The same for its sender. */
const SENDER_KILLED_AFTER_MS = 500;

/** One cluster with a state that takes a while to be sent; the tests go on with it in their order. */
describe('members as processes, killed while a snapshot is installed', () => {
  let workspace: Workspace;
  let members: readonly ServerMember[];
  let learner: ServerMember;
  let load: SteadyLoad;

  before(async function () {
    this.timeout(60_000);
    workspace = createWorkspace(tmpdir());
    members = await startCluster({
      workspace,
      places: await freePlaces(3),
      directory: (at) => workspace.directory(`m${at + 1}`),
      flags: FLAGS,
    });
    load = startSteadyLoad({
      ...{ endpoints: () => members.map(({ place }) => place.client), prefix: 'k/', keys: KEYS },
      ...{ valueBytes: VALUE_BYTES, writesPerSecond: Infinity, lanes: 8, writesMax: KEYS },
    });
    await load.ended;
    learner = startServer(workspace, {
      ...{ directory: workspace.directory('learner'), place: (await freePlaces(1))[0]! },
      ...{ origin: { kind: 'wait' }, flags: ['--log-format', 'json', ...FLAGS] },
    });
  });
  after(() => workspace.dispose());

  const leader = (): Promise<Leader<ServerMember>> => awaitLeader(members, LIMIT_MS);
  const isComing = (): boolean =>
    readdirSync(dataOf(learner.directory)).some((name) => name.startsWith('staging.'));
  /** Resolves when the state has been coming for so long. */
  const comes = async (ms: number): Promise<void> => {
    await until('a snapshot comes', LIMIT_MS, async () => {
      // A process that runs has removed what the one before it left.
      const { phase } = await statusOf(learner.place.peer);
      return phase === Phase.RUNNING && isComing();
    });
    await sleep(ms);
    assert(isComing(), 'it is not there whole yet');
  };
  const hasAll = async (): Promise<void> => {
    await until('the learner has caught up', LIMIT_MS, async () => {
      const [{ status }, own] = [await leader(), await statusOf(learner.place.peer)];
      return own.appliedIndex >= status.commitIndex && status.commitIndex > 0;
    });
    const { rows } = await rowsOn(learner.place.peer, rowKey('kv', 'k/'));
    assert.deepEqual(
      lostOf(load, rows, (key) => rowKey('kv', key)),
      [],
    );
  };

  it('receive it anew, whatever had come when they were killed', async function () {
    this.timeout(60_000);
    const { status, member } = await leader();
    // So that members which lead later need a snapshot for it as well.
    for (const { place } of [member, ...members]) {
      await until('the log begins behind the state', LIMIT_MS, async () => {
        const { firstLogIndex } = await askAdmin<CompactResponse>(place.peer, (client, ...rest) =>
          client.compact({}, ...rest),
        );
        return firstLogIndex > KEYS;
      });
    }
    const { directory, peerAddress } = await until('it waits', LIMIT_MS, () =>
      statusOf(learner.place.peer),
    );
    const configurationIndex = status.configuration!.index;
    const request = { configurationIndex, directory, peerAddress };
    await askAdmin<AddLearnerResponse>(
      member.place.peer,
      (client, ...rest) => client.addLearner(request, ...rest),
      LIMIT_MS,
    );
    for (const ms of KILLED_AFTER_MS) {
      await comes(ms);
      await learner.end('SIGKILL');
      learner.start();
    }
  });

  it('receive it from the next leader when the sender is killed', async function () {
    this.timeout(60_000);
    await comes(SENDER_KILLED_AFTER_MS);
    const { member } = await leader();
    await member.end('SIGKILL');
    await hasAll();
    member.start();
  });

  it('keep it when they are killed as soon as it is in force', async function () {
    this.timeout(60_000);
    await learner.end('SIGKILL');
    learner.start();
    await hasAll();
    const log = readFileSync(join(learner.directory, 'output.log'), 'utf8');
    assert.equal(log.split('"snapshot_installed"').length - 1, 1, 'once is enough');
    assert(!isComing(), 'nothing of a snapshot is left over');
  });
});
