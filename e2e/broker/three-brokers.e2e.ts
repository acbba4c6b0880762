/** Three brokers and three members as processes, while leaders are killed and brokers are hindered. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { leaderAmong, statusesOf } from '../processes/admin.ts';
import { startCluster } from '../local/local-cluster.ts';
import { freePlaces, type Place } from '../processes/places.ts';
import type { ServerMember } from '../processes/server.ts';
import { until } from '../processes/until.ts';
import { createWorkspace, type Workspace } from '../processes/workspace.ts';
import { textOf, unlike } from './caches-text.ts';
import { createMetaCalls } from './meta-calls.ts';
import { startBrokerProcess, type BrokerProcess } from './process.ts';
import { readState } from './state.ts';
import { createChanges, type Changes } from './testing/changes.ts';

const IDS = [11, 12, 13];
const QUIET_LIMIT_MS = 30_000;

describe('Three brokers on three members', function () {
  this.timeout(300_000);
  let workspace: Workspace;
  let places: readonly Place[];
  let members: readonly ServerMember[];
  let brokers: Map<number, BrokerProcess>;
  let changes: Changes;
  const calls = createMetaCalls({ clear: () => Promise.resolve() });

  beforeEach(async () => {
    workspace = createWorkspace(tmpdir());
    places = await freePlaces(3);
    members = await startCluster({
      workspace,
      places,
      directory: (at) => workspace.directory(`member-${at + 1}`),
    });
    changes = createChanges((rpc, request) => calls.call(meta(), rpc, request));
    brokers = new Map();
    // One by one: of two that miss the system user at once, one ends when the other has made it.
    for (const id of IDS) {
      const broker = start(id);
      brokers.set(id, broker);
      await broker.runs;
    }
  });
  afterEach(async () => {
    await changes.stop();
    await workspace.dispose();
  });
  after(() => calls.close());

  const meta = (): readonly string[] => places.map(({ client }) => client);
  const start = (id: number): BrokerProcess =>
    startBrokerProcess(workspace, { id, meta: meta(), flags: ['--pause-ms', '100'] });
  const running = (): BrokerProcess[] => [...brokers.values()];

  async function leader(): Promise<ServerMember> {
    let found: ServerMember | undefined;
    await until('a leader', 30_000, async () => {
      const statuses = await statusesOf(places.map(({ peer }) => peer));
      const at = leaderAmong(statuses);
      found = at === undefined ? undefined : members[at];
      return found !== undefined;
    });
    assert.ok(found);
    return found;
  }

  /** Kills the leader, and starts it again when there is another one. */
  async function replaceLeader(): Promise<void> {
    const killed = await leader();
    await killed.end('SIGKILL');
    await leader();
    killed.start();
  }

  /** Each broker's caches are the state, once nothing happens any more. */
  async function settle(): Promise<void> {
    let wrong: readonly string[] = [];
    await until('caches like the state', QUIET_LIMIT_MS, async () => {
      const state = textOf(await readState((rpc, request) => calls.call(meta(), rpc, request)));
      const states = await Promise.all(running().map((broker) => broker.state()));
      wrong = states.flatMap(({ caches }, at) =>
        unlike(caches, state).map((words) => `broker ${IDS[at]}: ${words}`),
      );
      return wrong.length === 0;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${wrong.slice(0, 20).join('\n')}\n${changes.story()}`);
    });
  }

  it('have what is stored, and one of them runs the scanner', async () => {
    await settle();
    const states = await Promise.all(running().map((broker) => broker.state()));
    assert.deepEqual(
      states.map(({ scans }) => scans),
      [true, false, false],
    );
  });

  it('have what is stored after leaders were killed', async () => {
    changes.start();
    for (let round = 0; round < 3; round += 1) {
      await changes.more(40);
      await replaceLeader();
    }
    await changes.more(40);
    await changes.stop();
    await settle();
  });

  it('have what is stored after one was stopped, one killed, and leaders went meanwhile', async () => {
    changes.start();
    await changes.more(40);
    const [first, second] = running();
    first?.pause();
    await replaceLeader();
    await changes.more(40);
    second?.kill();
    const again = start(12);
    brokers.set(12, again);
    await again.runs;
    await changes.more(40);
    first?.resume();
    await replaceLeader();
    await changes.more(40);
    await changes.stop();
    await Promise.all(running().map(({ runs }) => runs));
    await settle();
  });
});
