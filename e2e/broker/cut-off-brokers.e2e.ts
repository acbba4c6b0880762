/** Three brokers on three members, each on a machine of its own, while what is sent between them is lost. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { statusOf, transferFrom } from '../processes/admin.ts';
import { command } from '../processes/namespaces.ts';
import { createNetwork, cutOff, type Network, type Node } from '../processes/network.ts';
import { until } from '../processes/until.ts';
import { createWorkspace, type Workspace } from '../processes/workspace.ts';
import { keyText } from './resource.ts';
import { BROKER_IDS, startStage, type Stage } from './testing/stage.ts';

/** So that a broker is soon given up; it tells that it lives every 3 s. */
const TIMEOUT_MS = 8_000;
/** After so long without a word, it has been given up. */
const SILENCE_MS = 2 * TIMEOUT_MS;
const FLAGS = ['--brokers-heartbeat-timeout', `${TIMEOUT_MS}ms`, '--insecure-peers', 'true'];
/** For a broker to be given up, or to register again. */
const NOTICE_LIMIT_MS = 60_000;
/** For the next attempt of a system to deliver; pauses between them double. */
const ARRIVAL_LIMIT_MS = 60_000;

/** Connections of processes that are gone, over which their machine goes on sending. */
function orphans(within: Node['within']): string {
  const { bin, args } = within({ bin: 'ss', args: ['-Htn', 'state', 'fin-wait-1'] });
  return command(bin, args).trim();
}

describe('Three brokers that are cut off', function () {
  this.timeout(300_000);
  let workspace: Workspace;
  let network: Network;
  let machines: readonly Node[];
  let homes: ReadonlyMap<number, Node>;
  let stage: Stage | undefined;

  beforeEach(() => {
    workspace = createWorkspace(tmpdir());
    network = createNetwork(workspace);
    machines = [1, 2, 3].map((number) => network.join(`member${number}`));
  });
  afterEach(async () => {
    await stage?.stop();
    stage = undefined;
    await workspace.dispose();
  });

  async function start(): Promise<Stage> {
    homes = new Map(BROKER_IDS.map((id) => [id, network.join(`broker${id}`)]));
    stage = await startStage({
      ...{ workspace, flags: FLAGS, brokerSite: siteOf },
      places: machines.map(({ place }) => place),
      memberWithin: (at) => machines[at]?.within ?? ((command) => command),
    });
    return stage;
  }

  const homeOf = (id: number): Node => {
    const home = homes.get(id);
    assert.ok(home);
    return home;
  };

  function siteOf(id: number) {
    const { place, within } = homeOf(id);
    return { listen: place.client, within };
  }

  const isRegistered = async ({ state }: Stage, id: number): Promise<boolean> =>
    keyText([BigInt(id)]) in ((await state())['Node'] ?? {});

  const epochOf = async ({ broker }: Stage, id: number): Promise<number> =>
    (await broker(id).state()).epoch;

  async function leadAt({ leader }: Stage, { place }: Node): Promise<void> {
    const now = await leader();
    if (now.place.peer === place.peer) return;
    const { memberId } = await statusOf(place.peer);
    await transferFrom(now.place.peer, undefined, memberId);
    await until('it leads', NOTICE_LIMIT_MS, async () => {
      const { place: leads } = await leader();
      return leads.peer === place.peer;
    });
  }

  /** The one that leads then. An address that is lost starves those behind it in a broker's round of heartbeats. */
  async function leadAtLast(running: Stage): Promise<Node> {
    const [last] = machines.slice(-1);
    assert.ok(last);
    await leadAt(running, last);
    return last;
  }

  /** Cuts a broker off while things change, which go on when it is back. */
  async function cutMeanwhile(
    { changes, settle }: Stage,
    id: number,
    others: readonly Node[],
  ): Promise<void> {
    changes.start();
    const mend = cutOff(network, homeOf(id), others, 'both ways');
    await changes.more(120);
    mend();
    await changes.more(120);
    await changes.stop();
    await settle();
  }

  it('have what is stored when the ways are mended soon', async () => {
    await cutMeanwhile(await start(), 11, machines);
  });

  for (const manner of ['what it sends', 'what is sent to it'] as const) {
    it(`have what is stored after one was given up: ${manner}`, async () => {
      const running = await start();
      const { changes, settle } = running;
      changes.start();
      const mend = cutOff(network, homeOf(12), machines, manner);
      await until(
        'it is given up',
        NOTICE_LIMIT_MS,
        async () => !(await isRegistered(running, 12)),
      );
      await changes.more(120);
      mend();
      await until('it is there again', NOTICE_LIMIT_MS, () => isRegistered(running, 12));
      await changes.more(120);
      await changes.stop();
      await settle();
    });
  }

  it('are all kept while one reaches only those that do not lead', async () => {
    const running = await start();
    const last = await leadAtLast(running);
    const { changes, settle } = running;
    changes.start();
    const mend = cutOff(network, homeOf(13), [last], 'both ways');
    await sleep(SILENCE_MS);
    assert.ok(await isRegistered(running, 13), 'it was given up');
    assert.equal((await running.leader()).place.peer, last.place.peer);
    mend();
    await changes.stop();
    await settle();
  });

  // The leader cannot ask it: it lives by its heartbeats.
  it('are all kept while one reaches only the last member but one, and the first knows no leader', async () => {
    const running = await start();
    const epoch = await epochOf(running, 13);
    const last = await leadAtLast(running);
    const [first, ...others] = machines;
    assert.ok(first);
    const mends = [
      cutOff(network, first, others, 'both ways'),
      cutOff(network, homeOf(13), [last], 'both ways'),
    ];
    await sleep(SILENCE_MS);
    for (const mend of mends) mend();
    assert.ok(await isRegistered(running, 13), 'it was given up');
    await running.settle();
    assert.equal(await epochOf(running, 13), epoch, 'it was given up, and registered again');
  });

  it('are all kept when the leader has vanished, and one cannot reach the next one', async () => {
    const running = await start();
    const epoch = await epochOf(running, 13);
    const last = await leadAtLast(running);
    const [first, second] = machines;
    assert.ok(first && second);
    const homes = BROKER_IDS.map((id) => homeOf(id));
    const mends = [
      cutOff(network, last, [first, second, ...homes], 'both ways'),
      cutOff(network, homeOf(13), [second], 'both ways'),
    ];
    await until('another one leads', NOTICE_LIMIT_MS, async () => {
      const { place } = await running.leader();
      return place.peer !== last.place.peer;
    });
    await leadAt(running, second);
    await sleep(SILENCE_MS);
    for (const mend of mends) mend();
    assert.ok(await isRegistered(running, 13), 'it was given up');
    await running.settle();
    assert.equal(await epochOf(running, 13), epoch, 'it was given up, and registered again');
  });

  it('have what is stored when the leader alone could not reach one', async () => {
    const running = await start();
    const { place } = await running.leader();
    const leads = machines.filter((machine) => machine.place.peer === place.peer);
    await cutMeanwhile(running, 13, leads);
  });

  it('have what is stored when the leader is killed that could not reach one', async () => {
    const running = await start();
    const { changes, settle } = running;
    const last = await leadAtLast(running);
    changes.start();
    const mend = cutOff(network, homeOf(13), [last], 'what is sent to it');
    // Until it tries again what was not acknowledged: all that there was since.
    await changes.more(600);
    await running.replaceLeader();
    await changes.more(300);
    await changes.stop();
    await settle();
    mend();
    await until('all has arrived that killed processes had sent', ARRIVAL_LIMIT_MS, () =>
      Promise.resolve(orphans(last.within) === ''),
    );
    await settle();
  });
});
