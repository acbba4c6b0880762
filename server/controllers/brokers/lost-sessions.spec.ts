import assert from 'node:assert/strict';
import { departure } from '../../state/registry/departure.ts';
import { expireNode, registerNode } from '../../state/registry/registration.ts';
import { putSessions } from '../../state/registry/session.ts';
import { sessionTimers } from '../../state/registry/timer.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { createLostSessions } from './lost-sessions.ts';
import { createBench } from './testing/bench.ts';

const sessionOn = (broker_id: bigint, client_id: string) => ({
  ...{ tenant: 't', client_id, session_expiry_interval: 30n, create_time: 5n },
  ...{ is_contain_last_will: false, last_will_delay_interval: undefined },
  ...{ is_persist_session: false, connection_id: 7n, broker_id },
  ...{ reconnect_time: undefined, distinct_time: undefined },
});

describe('sessions of a lost broker', () => {
  it('are found wherever they are, and the broker is done with then', () => {
    const bench = createBench(() => [createLostSessions()]);
    for (const id of [1n, 2n]) bench.change(registerNode, nodeOf(id));
    bench.change(
      putSessions,
      Array.from({ length: 500 }, (_, at) => sessionOn(at % 2 === 0 ? 1n : 2n, `c${at}`)),
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

  it('are looked for in entries that are not too long, however long their names are', () => {
    const bench = createBench(() => [createLostSessions()]);
    bench.change(registerNode, nodeOf(1n));
    const names = Array.from({ length: 40 }, (_, at) => `${at}`.padStart(65_535, 'c'));
    bench.change(
      putSessions,
      names.map((name) => sessionOn(1n, name)),
    );
    bench.change(expireNode, { node_id: 1n, epoch: 1n });
    bench.pass(5_000);
    assert.equal([...bench.records.list(sessionTimers, [])].length, names.length);
    // An entry has room for four.
    const orphaned = bench.proposed.filter((name) => name === 'session.orphan');
    assert.equal(orphaned.length, names.length / 4);
  });
});
