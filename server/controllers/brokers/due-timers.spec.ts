import assert from 'node:assert/strict';
import type { MqttSession } from '../../codec/robustmq/session.ts';
import { putSessions, session } from '../../state/registry/session.ts';
import { lostSession } from '../../state/testing/sessions.ts';
import { dueTimers } from './due-timers.ts';
import { createBench } from './testing/bench.ts';

/** Gone at once, and nothing is published of it. */
const lost = (client_id: string): MqttSession =>
  lostSession(client_id, {
    session_expiry_interval: 1n,
    is_contain_last_will: false,
    last_will_delay_interval: undefined,
  });

describe('timers that are due', () => {
  it('all go off in one pass, some in each entry', function () {
    this.timeout(10_000);
    const { change, pass, records, proposed } = createBench(() => [dueTimers]);
    const clients = Array.from({ length: 1_200 }, (_, at) => lost(`c${at}`));
    change(putSessions, clients);
    pass(1_000);
    assert.deepEqual(proposed, []);
    pass(500);
    assert.equal([...records.list(session, [])].length, 0);
    assert.deepEqual(proposed, ['timer.fire', 'timer.fire', 'timer.fire']);
  });
});
