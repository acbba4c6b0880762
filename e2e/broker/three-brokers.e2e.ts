/** Three brokers on three members, while leaders are killed and brokers are hindered. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { freePlaces } from '../processes/places.ts';
import { createWorkspace, type Workspace } from '../processes/workspace.ts';
import { startStage, type Stage } from './testing/stage.ts';

describe('Three brokers on three members', function () {
  this.timeout(300_000);
  let workspace: Workspace;
  let stage: Stage | undefined;

  async function start(): Promise<Stage> {
    stage = await startStage({ workspace, places: await freePlaces(3) });
    return stage;
  }

  beforeEach(() => {
    workspace = createWorkspace(tmpdir());
  });
  afterEach(async () => {
    await stage?.stop();
    stage = undefined;
    await workspace.dispose();
  });

  it('have what is stored, and one of them runs the scanner', async () => {
    const { settle, running } = await start();
    await settle();
    const states = await Promise.all(running().map((broker) => broker.state()));
    assert.deepEqual(
      states.map(({ scans }) => scans),
      [true, false, false],
    );
  });

  it('have what is stored after leaders were killed', async () => {
    const { changes, replaceLeader, settle } = await start();
    changes.start();
    for (let round = 0; round < 3; round += 1) {
      await changes.more(120);
      await replaceLeader();
    }
    await changes.more(120);
    await changes.stop();
    await settle();
  });

  it('have what is stored after one was stopped, one killed, and leaders went meanwhile', async () => {
    const { changes, broker, running, restart, replaceLeader, settle } = await start();
    changes.start();
    await changes.more(120);
    broker(11).pause();
    await replaceLeader();
    await changes.more(120);
    broker(12).kill();
    await restart(12);
    await changes.more(120);
    broker(11).resume();
    await replaceLeader();
    await changes.more(120);
    await changes.stop();
    await Promise.all(running().map(({ runs }) => runs));
    await settle();
  });
});
