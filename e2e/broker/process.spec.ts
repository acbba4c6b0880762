import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { until } from '../processes/until.ts';
import { createWorkspace, type Workspace } from '../processes/workspace.ts';
import { readCapture } from '../replay/capture.ts';
import { startBrokerProcess } from './process.ts';
import { bootSteps } from './testing/playback.ts';
import { startScriptedMeta, type ScriptedMeta } from './testing/scripted-meta.ts';

const steps = bootSteps(readCapture('boot-mqtt-admin'), 100n);

describe('a broker as a process', function () {
  this.timeout(30_000);
  let workspace: Workspace;
  let meta: ScriptedMeta;

  beforeEach(async () => {
    workspace = createWorkspace(tmpdir());
    meta = await startScriptedMeta(steps);
  });
  afterEach(async () => {
    meta.close();
    await workspace.dispose();
  });

  const pings = (): number => meta.called.filter((path) => path === Common.set.path).length;
  const refusePings = (): void => {
    const refusal = { kind: 'status', code: status.INTERNAL, details: 'no' } as const;
    meta.faults.set(
      Common.set.path,
      Array.from({ length: 100 }, () => refusal),
    );
  };

  it('ends with status 1, and says where and why, when an answer is wrong', async () => {
    // Its topic has another id than the captured one, which this server does not know.
    const broker = startBrokerProcess(workspace, { id: 100, meta: [meta.address] });
    await assert.rejects(
      broker.runs,
      /inner topics: .*CreateTopic: status: 'Operation is not impl/,
    );
    assert.equal(await broker.ended, 1);
    assert.equal(meta.called.filter((path) => path === Common.registerNode.path).length, 1);
  });

  it('stands still while it is paused, and is gone when it is killed', async () => {
    refusePings();
    const broker = startBrokerProcess(workspace, { id: 100, meta: [meta.address] });
    await until('it asks', 10_000, () => Promise.resolve(pings() >= 1));
    assert.equal((await broker.state()).phase, 'wait for meta');
    broker.pause();
    const asked = pings();
    const answer = broker.state();
    // Longer than its pause between two pings; one may have been on its way.
    await sleep(2_500);
    assert.ok(pings() <= asked + 1);
    broker.resume();
    assert.equal((await answer).epoch, 0);
    await until('it asks again', 10_000, () => Promise.resolve(pings() > asked + 1));
    broker.kill();
    assert.equal(await broker.ended, undefined);
  });
});
