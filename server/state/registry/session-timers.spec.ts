import assert from 'node:assert/strict';
import { viewRecords } from '../resources/records.ts';
import { createRegistryWorld, nodeOf } from '../testing/registry-world.ts';
import { CONNECTED, lostSession } from '../testing/sessions.ts';
import { departure, endDepartures, orphanSessions } from './departure.ts';
import { expireNode, registerNode, unregisterNode } from './registration.ts';
import { putSessions, removeSessions, session } from './session.ts';
import { sessionTimers, timer } from './timer.ts';
import { fireTimers, forgetWills, will } from './will.ts';

describe('the timers of sessions', () => {
  function createWorld() {
    const world = createRegistryWorld();
    const records = viewRecords(world.read, world.range);
    const fire = (most = 100): void => void world.change(fireTimers, { most });
    return {
      ...world,
      fire,
      passAndFire: (s: number): void => {
        world.pass(s * 1_000);
        fire();
      },
      sessions: () => [...records.list(session, [])].map(({ client_id }) => client_id),
      wills: () => [...records.list(will, [])].map(({ client_id }) => client_id),
      timers: () =>
        [...records.list(timer, [])].length + [...records.list(sessionTimers, [])].length,
      departures: () => [...records.list(departure, [])].length,
      records,
    };
  }

  it('count from when the loss was proposed', () => {
    const world = createWorld();
    world.pass(3_600_000);
    world.change(putSessions, [lostSession('c')]);
    world.passAndFire(9.9);
    assert.deepEqual([world.wills(), world.sessions()], [[], ['c']]);
    world.passAndFire(0.2);
    assert.deepEqual([world.wills(), world.sessions()], [['c'], ['c']]);
    world.passAndFire(19.8);
    assert.deepEqual(world.sessions(), ['c']);
    world.told();
    world.passAndFire(0.2);
    assert.deepEqual(world.told(), [['Session/Delete', lostSession('c')]]);
    assert.deepEqual([world.sessions(), world.timers()], [[], 0]);
  });

  it('end when the client is back', () => {
    const world = createWorld();
    world.change(putSessions, [lostSession('c')]);
    world.change(putSessions, [CONNECTED]);
    assert.equal(world.timers(), 0);
    world.passAndFire(60);
    assert.deepEqual([world.wills(), world.sessions()], [[], ['c']]);
  });

  it('begin anew when it is lost again', () => {
    const world = createWorld();
    world.change(putSessions, [lostSession('c')]);
    world.passAndFire(9);
    world.change(putSessions, [lostSession('c', { distinct_time: 2n })]);
    world.passAndFire(9);
    assert.deepEqual(world.wills(), []);
    world.passAndFire(2);
    assert.deepEqual(world.wills(), ['c']);
  });

  // A broker that had no answer in time asks again, the next leader, which may have seen to the will.
  it('go on when the same loss is told again', () => {
    const world = createWorld();
    world.change(putSessions, [lostSession('c')]);
    world.passAndFire(11);
    assert.deepEqual(world.wills(), ['c']);
    world.change(putSessions, [lostSession('c')]);
    world.passAndFire(12);
    assert.deepEqual([world.wills(), world.sessions()], [['c'], ['c']]);
    world.passAndFire(8);
    assert.deepEqual([world.wills(), world.sessions()], [['c'], []]);
  });

  it('begin anew when it was back in between', () => {
    const world = createWorld();
    world.change(putSessions, [lostSession('c')]);
    world.change(putSessions, [CONNECTED]);
    world.change(putSessions, [lostSession('c')]);
    world.passAndFire(11);
    assert.deepEqual(world.wills(), ['c']);
  });

  for (const [what, change, seconds] of [
    ['a will without a delay at once', { last_will_delay_interval: undefined }, 0],
    ['a will with the session, if that ends before', { session_expiry_interval: 4n }, 4],
    ['a session without end never', { session_expiry_interval: (1n << 64n) - 1n }, undefined],
  ] as const) {
    it(`publish ${what}`, () => {
      const world = createWorld();
      world.change(putSessions, [lostSession('c', change)]);
      if (seconds === undefined) {
        world.passAndFire(10 ** 9);
        assert.deepEqual(world.sessions(), ['c']);
        return;
      }
      world.pass(seconds * 1_000 - 5);
      if (seconds > 0) world.fire();
      assert.deepEqual(world.wills(), []);
      world.passAndFire(0.1);
      assert.deepEqual(world.wills(), ['c']);
    });
  }

  it('go off as many at a time as are asked for, in the order of time', () => {
    const world = createWorld();
    const intervals = [3n, 1n, 2n];
    world.change(
      putSessions,
      intervals.map((session_expiry_interval) =>
        lostSession(`c${session_expiry_interval}`, {
          session_expiry_interval,
          is_contain_last_will: false,
        }),
      ),
    );
    world.pass(10_000);
    world.fire(2);
    assert.deepEqual(world.sessions(), ['c3']);
  });

  it('of a session that is deleted leave its will, after its delay', () => {
    const world = createWorld();
    world.change(putSessions, [CONNECTED]);
    world.change(removeSessions, [['t', 'c']]);
    world.passAndFire(9);
    assert.deepEqual(world.wills(), []);
    world.passAndFire(2);
    assert.deepEqual(world.wills(), ['c']);
    const [only] = [...world.records.list(will, [])];
    world.change(forgetWills, [only!.id]);
    assert.deepEqual([world.wills(), world.timers()], [[], 0]);
  });

  it('keep two wills of one client apart', () => {
    const world = createWorld();
    for (const distinct_time of [1n, 2n]) {
      world.change(putSessions, [
        lostSession('c', { last_will_delay_interval: 0n, distinct_time }),
      ]);
      world.passAndFire(1);
    }
    assert.deepEqual(world.wills(), ['c', 'c']);
  });

  describe('of those whose broker was lost', () => {
    const OF = { node_id: 1n, start_time: 1n, registration: 1n };
    const orphan = (world: ReturnType<typeof createWorld>): void =>
      void world.change(orphanSessions, { of: OF, sessions: [['t', 'c']] });
    function createLost() {
      const world = createWorld();
      world.change(registerNode, nodeOf(1n));
      world.change(putSessions, [CONNECTED]);
      world.change(expireNode, { node_id: 1n, epoch: 1n });
      return world;
    }

    it('begin to run', () => {
      const world = createLost();
      assert.equal(world.departures(), 1);
      orphan(world);
      world.passAndFire(11);
      assert.deepEqual(world.wills(), ['c']);
      world.passAndFire(20);
      assert.deepEqual(world.sessions(), []);
    });

    it('run once only', () => {
      const world = createLost();
      orphan(world);
      world.pass(9_000);
      orphan(world);
      world.passAndFire(2);
      assert.deepEqual(world.wills(), ['c']);
    });

    it('end when that very process is back before', () => {
      const world = createLost();
      orphan(world);
      world.change(registerNode, nodeOf(1n));
      assert.equal(world.departures(), 0);
      world.passAndFire(60);
      assert.deepEqual([world.wills(), world.sessions(), world.timers()], [[], ['c'], 0]);
    });

    it('begin anew when that process is lost again', () => {
      const world = createLost();
      orphan(world);
      world.change(registerNode, nodeOf(1n));
      world.pass(9_000);
      world.change(expireNode, { node_id: 1n, epoch: 2n });
      orphan(world);
      assert.equal(world.departures(), 1, 'the first loss is over');
      const again = { ...OF, registration: 2n };
      world.change(orphanSessions, { of: again, sessions: [['t', 'c']] });
      world.passAndFire(9);
      assert.deepEqual(world.wills(), []);
      world.passAndFire(2);
      assert.deepEqual(world.wills(), ['c']);
      world.passAndFire(18);
      assert.deepEqual(world.sessions(), ['c']);
      world.passAndFire(2);
      assert.deepEqual(world.sessions(), []);
    });

    it('are looked for as long as the last loss was not', () => {
      const world = createLost();
      world.change(registerNode, nodeOf(1n));
      world.change(expireNode, { node_id: 1n, epoch: 2n });
      world.change(endDepartures, [OF]);
      assert.equal(world.departures(), 1);
      world.change(endDepartures, [{ ...OF, registration: 2n }]);
      assert.equal(world.departures(), 0);
    });

    it('run on when another process has taken its place', () => {
      const world = createLost();
      world.change(registerNode, { ...nodeOf(1n), start_time: 9n });
      orphan(world);
      world.passAndFire(60);
      assert.deepEqual(world.sessions(), []);
    });

    it('do not run for who connected to that one', () => {
      const world = createLost();
      world.change(registerNode, { ...nodeOf(1n), start_time: 9n });
      world.change(putSessions, [{ ...CONNECTED, reconnect_time: 12n }]);
      orphan(world);
      assert.equal(world.timers(), 0);
    });

    it('also when a process registers in the place of another that nobody missed', () => {
      const world = createWorld();
      world.change(registerNode, nodeOf(1n));
      world.change(registerNode, { ...nodeOf(1n), start_time: 9n });
      assert.equal(world.departures(), 1);
      world.change(unregisterNode, 1n);
      assert.equal(world.departures(), 2);
    });
  });
});
