import assert from 'node:assert/strict';
import { departure } from '../../state/registry/departure.ts';
import { expireNode, registerNode } from '../../state/registry/registration.ts';
import { putSessions } from '../../state/registry/session.ts';
import { sessionTimers } from '../../state/registry/timer.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { createLostSessions } from './lost-sessions.ts';
import { createBench } from './testing/bench.ts';

describe('sessions of a lost broker', () => {
  it('are found wherever they are, and the broker is done with then', () => {
    const bench = createBench(() => [createLostSessions()]);
    for (const id of [1n, 2n]) bench.change(registerNode, nodeOf(id));
    bench.change(
      putSessions,
      Array.from({ length: 500 }, (_, at) => ({
        tenant: 't',
        client_id: `c${at}`,
        session_expiry_interval: 30n,
        is_contain_last_will: false,
        last_will_delay_interval: undefined,
        create_time: 5n,
        is_persist_session: false,
        connection_id: 7n,
        broker_id: at % 2 === 0 ? 1n : 2n,
        reconnect_time: undefined,
        distinct_time: undefined,
      })),
    );
    bench.change(expireNode, { node_id: 1n, epoch: 1n });
    bench.pass(500);
    bench.changeLeader();
    bench.pass(5_000);
    const running = [...bench.records.list(sessionTimers, [])];
    assert.equal(running.length, 250);
    assert.ok(running.every(({ client_id }) => Number(client_id.slice(1)) % 2 === 0));
    assert.deepEqual([...bench.records.list(departure, [])], []);
    const proposed = bench.proposed.length;
    bench.pass(5_000);
    assert.equal(bench.proposed.length, proposed);
  });
});
