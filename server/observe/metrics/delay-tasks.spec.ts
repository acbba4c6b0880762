import assert from 'node:assert/strict';
import { Registry } from 'prom-client';
import { toIndex } from '../../raft/ids.ts';
import { machine } from '../../state/machine.ts';
import { orphanSessions } from '../../state/registry/departure.ts';
import { expireNode, registerNode } from '../../state/registry/registration.ts';
import { putSessions, removeSessions } from '../../state/registry/session.ts';
import { fireTimers } from '../../state/registry/will.ts';
import { createRegistryWorld, nodeOf } from '../../state/testing/registry-world.ts';
import { CONNECTED, lostSession } from '../../state/testing/sessions.ts';
import { createDelayTaskMeter } from './delay-tasks.ts';

describe('Metrics of delay tasks', () => {
  function createWorld() {
    const registry = new Registry();
    const meter = createDelayTaskMeter(registry);
    const lead = { leads: true };
    const watched = meter.watch(machine, () => lead.leads);
    const world = createRegistryWorld((read, command, index, range) =>
      watched(read, command, toIndex(index), range),
    );
    const valuesOf = async (name: string): Promise<readonly number[]> =>
      (await registry.metrics())
        .split('\n')
        .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
        .map((line) => Number(line.split(' ').at(-1)));
    return {
      ...world,
      meter,
      lead,
      fire: (afterS: number): void => {
        world.pass(afterS * 1_000);
        world.change(fireTimers, { most: 100 });
      },
      /** Those of sessions, and those of wills. */
      counts: async () => ({
        created: await valuesOf('delay_task_created_total'),
        executed: await valuesOf('delay_task_executed_total'),
        failed: await valuesOf('delay_task_execute_failed_total'),
        late: await valuesOf('delay_task_schedule_latency_seconds_count'),
        lateSum: (await valuesOf('delay_task_schedule_latency_seconds_sum')).map(Math.round),
      }),
    };
  }

  const NOTHING = { created: [0], executed: [0, 0], failed: [0, 0], late: [0, 0], lateSum: [0, 0] };

  it('are there from the start', async () => {
    assert.deepEqual(await createWorld().counts(), NOTHING);
  });

  it('count timers that are set, that go off, and how late that is', async () => {
    const { change, fire, counts } = createWorld();
    change(putSessions, [lostSession('c'), lostSession('d')]);
    assert.deepEqual(await counts(), { ...NOTHING, created: [4] });
    fire(15);
    // Those of the sessions were written again, and are the same.
    assert.deepEqual(await counts(), { ...NOTHING, created: [4], late: [0, 2], lateSum: [0, 10] });
    fire(18);
    assert.deepEqual(await counts(), {
      ...{ created: [4], executed: [2, 0], failed: [0, 0] },
      ...{ late: [2, 2], lateSum: [6, 10] },
    });
  });

  it('count a timer that is set anew as another one', async () => {
    const { change, counts, pass } = createWorld();
    change(putSessions, [lostSession('c')]);
    pass(1_000);
    change(putSessions, [lostSession('c', { distinct_time: 2n })]);
    assert.deepEqual(await counts(), { ...NOTHING, created: [4] });
  });

  it('count no timer that was called off', async () => {
    const { change, fire, counts } = createWorld();
    change(putSessions, [lostSession('c'), { ...lostSession('d'), is_contain_last_will: false }]);
    change(putSessions, [CONNECTED]);
    change(removeSessions, [['t', 'd']]);
    fire(60);
    assert.deepEqual(await counts(), { ...NOTHING, created: [3] });
  });

  it('count none of a client that is back with its broker', async () => {
    const { change, fire, counts } = createWorld();
    change(registerNode, nodeOf(1n));
    change(putSessions, [CONNECTED]);
    change(expireNode, { node_id: 1n, epoch: 1n });
    const of = { node_id: 1n, start_time: 1n, registration: 1n };
    change(orphanSessions, { of, sessions: [['t', 'c']] });
    change(registerNode, nodeOf(1n));
    fire(60);
    assert.deepEqual(await counts(), { ...NOTHING, created: [2] });
  });

  it('count nothing on a member that does not lead', async () => {
    const { change, fire, counts, lead } = createWorld();
    lead.leads = false;
    change(putSessions, [lostSession('c')]);
    fire(60);
    assert.deepEqual(await counts(), NOTHING);
  });

  it('count a will as done when a broker has published it, and each attempt that failed', async () => {
    const { meter, counts } = createWorld();
    meter.willAnswered(false);
    meter.willAnswered(false);
    meter.willAnswered(true);
    assert.deepEqual(await counts(), { ...NOTHING, executed: [0, 1], failed: [0, 2] });
  });
});
