import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { status as Code } from '@grpc/grpc-js';
import {
  Phase,
  ProgressState,
  Role,
  Standing,
  Trust,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Status, WatchStatusResponse } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { NodeStatus } from '../../node/node.ts';
import { toMemberId, toTerm } from '../../raft/ids.ts';
import type { WatchCall } from './watch.ts';
import { statusMessage } from './status-message.ts';
import { createCluster } from './testing/cluster.ts';
import { createWorld, directoryOf } from './testing/world.ts';
import type { Host } from './testing/world.ts';

describe('Status', () => {
  it('tells of a process without orders what it is', async () => {
    const { start, done } = createCluster();
    const { status } = await done(start(), 'status', {});
    assert.deepEqual(status, {
      directory: directoryOf(1),
      clusterId: '',
      memberId: 0,
      phase: Phase.WAITING,
      error: '',
      role: Role.UNSPECIFIED,
      term: 0,
      leaderId: 0,
      leaderClientAddress: '',
      leaderPeerAddress: '',
      commitIndex: 0,
      appliedIndex: 0,
      durableIndex: 0,
      stateHash: '',
      firstLogIndex: 0,
      lastLogIndex: 0,
      lastLogTerm: 0,
      configuration: undefined,
      progress: [],
      alarms: [],
      versions: { server: '0.1.0', command: 1, commandMax: 2, directoryFormat: 1 },
      sizes: { logBytes: 0, stateRows: 7, stateDiskBytes: 9, diskFreeBytes: 1 << 30 },
      clientAddress: 'host-1:1228',
      peerAddress: 'host-1:1230',
      startedMs: 1_700_000_000_000,
      certificates: undefined,
      brokerIds: ['11', '18446744073709551615'],
    } satisfies Status);
  });

  it('tells of a leader what it knows of the others', async () => {
    const { three, kill, pass, done, write } = createCluster();
    const [a, , c] = await three();
    kill(c);
    await write(a, 3);
    pass(1_100);
    const { status } = await done(a, 'status', {});
    assert(status);
    const { commit, applied, durable, term, logBytes } = a.node.status();
    assert(commit > 5 && logBytes > 0);
    assert.deepEqual(
      [status.commitIndex, status.appliedIndex, status.durableIndex, status.lastLogIndex],
      [commit, applied, durable, commit],
    );
    assert.deepEqual([status.role, status.term, status.lastLogTerm], [Role.LEADER, term, term]);
    assert.deepEqual([status.clusterId, status.memberId], ['cluster-1', 1]);
    assert.deepEqual([status.leaderId, status.leaderPeerAddress], [1, 'host-1:1230']);
    assert.equal(status.sizes?.logBytes, logBytes);
    assert.deepEqual(status.progress, [
      {
        memberId: 2,
        matchIndex: commit,
        state: ProgressState.REPLICATE,
        recent: true,
        caughtUp: true,
        regressed: false,
      },
      {
        memberId: 3,
        matchIndex: commit - 3,
        state: ProgressState.REPLICATE,
        recent: false,
        caughtUp: false,
        regressed: false,
      },
    ]);
    assert.deepEqual(
      [status.configuration?.index, status.configuration?.trust],
      [a.node.status().configurationIndex, Trust.EARLY_CAMPAIGN],
    );
    assert.deepEqual(status.configuration?.members[2], {
      id: 3,
      directory: directoryOf(3),
      standing: Standing.VOTER,
      priority: 0,
      peerAddress: 'host-3:1230',
      clientAddress: 'host-3:1228',
    });
  });

  it('tells of a follower where the leader is, and nothing of the others', async () => {
    const { three, done } = createCluster();
    const [, b] = await three();
    const { status } = await done(b, 'status', {});
    assert.deepEqual(
      [status?.role, status?.leaderId, status?.leaderPeerAddress, status?.leaderClientAddress],
      [Role.FOLLOWER, 1, 'host-1:1230', 'host-1:1228'],
    );
    assert.deepEqual(status?.progress, []);
  });

  it('answers at once, whatever hangs', async () => {
    const { three, kill, ask } = createCluster();
    const [a, b, c] = await three();
    kill(b);
    kill(c);
    a.diskHangs = true;
    let answered = false;
    a.admin.handlers.status({ request: {} } as never, () => (answered = true));
    // A few turns of promises, and not a moment of time.
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    assert(answered);
    assert('response' in (await ask(a, 'status', {})));
  });

  it('shows why a member does not run, and what is wrong with others', () => {
    const { parts, node } = createWorld().start();
    const peer = { id: toMemberId(3), match: 7, state: 'snapshot', recent: true, regressed: true };
    const broken = {
      ...node.status(),
      phase: 'refused',
      error: new Error('the log is damaged'),
      role: 'halted',
      term: toTerm(3),
      commit: 9,
      peers: [peer],
    } as unknown as NodeStatus;
    const alarm = { name: 'disk_space', message: 'Free some.' };
    const status = statusMessage({
      ...parts,
      node: { ...parts.node, status: () => broken },
      facts: () => ({ ...parts.facts(), alarms: [alarm] }),
    });
    assert.deepEqual(
      [status.phase, status.error, status.role],
      [Phase.REFUSED, 'the log is damaged', Role.HALTED],
    );
    const [progress] = status.progress;
    assert.deepEqual(
      [progress?.state, progress?.caughtUp, progress?.regressed],
      [ProgressState.SNAPSHOT, false, true],
    );
    assert.deepEqual(status.alarms, [
      alarm,
      {
        name: 'member_regressed',
        message:
          'The log of member 3 ends before what it had acknowledged: its directory was put back to an older copy. It counts in no quorum. Remove member 3, empty its directory and add it as a new member.',
      },
    ]);
  });

  for (const [phase, expected] of [
    ['opening', Phase.OPENING],
    ['waiting', Phase.WAITING],
    ['running', Phase.RUNNING],
    ['reopening', Phase.REOPENING],
    ['refused', Phase.REFUSED],
    ['broken', Phase.BROKEN],
    ['stopped', Phase.STOPPED],
  ] as const) {
    it(`knows the phase ${phase}`, () => {
      const { parts, node } = createWorld().start();
      const status = { ...node.status(), phase };
      const told = statusMessage({ ...parts, node: { ...parts.node, status: () => status } });
      assert.equal(told.phase, expected);
    });
  }

  for (const [role, expected] of [
    ['follower', Role.FOLLOWER],
    ['preCandidate', Role.PRE_CANDIDATE],
    ['candidate', Role.CANDIDATE],
    ['leader', Role.LEADER],
    ['removed', Role.REMOVED],
    ['halted', Role.HALTED],
  ] as const) {
    it(`knows the role ${role}`, () => {
      const { parts, node } = createWorld().start();
      const status = { ...node.status(), role };
      const told = statusMessage({ ...parts, node: { ...parts.node, status: () => status } });
      assert.equal(told.role, expected);
    });
  }
});

/** Watches a host as gRPC would, with a reader that keeps up while `keepsUp`. */
function watcher(host: Host, intervalMs = 200) {
  const received: Status[] = [];
  const errors: { code: Code; details: string }[] = [];
  const reader = { keepsUp: true };
  const call = Object.assign(new EventEmitter(), {
    request: { intervalMs },
    write: ({ status }: WatchStatusResponse) => {
      assert(status);
      received.push(status);
      return reader.keepsUp;
    },
  });
  call.on('error', (error: { code: Code; details: string }) => errors.push(error));
  host.admin.handlers.watchStatus(call as unknown as WatchCall);
  return { call, received, errors, reader };
}

describe('WatchStatus', () => {
  it('tells at once, and again when something has changed', async () => {
    const { found, pass, write } = createCluster();
    const a = await found();
    pass(500);
    const { received } = watcher(a);
    assert.equal(received.length, 1);
    pass(2_000);
    assert.equal(received.length, 1, 'nothing has changed');
    await write(a, 1);
    pass(200);
    assert.equal(received.length, 2);
    assert.equal(received[1]?.commitIndex, a.node.status().commit);
  });

  it('tells many changes as one, at most once every interval', async () => {
    const { found, pass, write } = createCluster();
    const a = await found();
    pass(500);
    const { received } = watcher(a, 1_000);
    for (let n = 0; n < 90; n += 1) {
      await write(a, 1);
      pass(10);
    }
    assert(received.length <= 2, `${received.length}`);
    pass(2_000);
    assert(received.length <= 4, `${received.length}`);
    assert.equal(received.at(-1)?.durableIndex, a.node.status().commit);
  });

  it('keeps one status for a reader that does not keep up, and gives it the latest', async () => {
    const { found, pass, write } = createCluster();
    const a = await found();
    pass(500);
    const { call, received, reader } = watcher(a);
    reader.keepsUp = false;
    await write(a, 1);
    pass(200);
    assert.equal(received.length, 2);
    for (let n = 0; n < 20; n += 1) {
      await write(a, 1);
      pass(200);
    }
    pass(500);
    assert.equal(received.length, 2, 'it has not taken the one before');
    reader.keepsUp = true;
    call.emit('drain');
    pass(200);
    assert.equal(received.length, 3);
    assert.equal(received[2]?.commitIndex, a.node.status().commit);
  });

  for (const event of ['cancelled', 'close', 'error', 'finish']) {
    it(`ends with ${event}`, async () => {
      const { found, pass, timers, write } = createCluster();
      const a = await found();
      const { call, received } = watcher(a);
      assert.equal(timers(), 1);
      call.emit(event, {});
      assert.equal(timers(), 0);
      const before = received.length;
      await write(a, 1);
      pass(1_000);
      assert.equal(received.length, before);
    });
  }

  it('ends with a write that shows that nobody listens', async () => {
    const { found, timers, pass } = createCluster();
    const a = await found();
    const { call } = watcher(a);
    call.write = () => {
      call.emit('close');
      return false;
    };
    a.node.propose(Buffer.from('x=1'), () => undefined);
    pass(600);
    assert.equal(timers(), 0);
  });

  it('ends with the service, and says why', async () => {
    const { found, timers } = createCluster();
    const a = await found();
    const { errors } = watcher(a);
    a.admin.close();
    assert.deepEqual(
      errors.map(({ code, details }) => [Code[code], details]),
      [['UNAVAILABLE', 'This process is stopping. Ask another member.']],
    );
    assert.equal(timers(), 0);
    a.admin.close();
    assert.equal(errors.length, 1);
  });

  it('tells once a second unless told otherwise, within bounds', async () => {
    const { found, pass, write } = createCluster();
    const a = await found();
    pass(500);
    const { received } = watcher(a, 0);
    await write(a, 1);
    pass(900);
    assert.equal(received.length, 1);
    pass(200);
    assert.equal(received.length, 2);
    for (const intervalMs of [99, 60_001]) {
      const { errors } = watcher(a, intervalMs);
      assert.deepEqual(
        errors.map(({ code, details }) => [Code[code], details]),
        [
          [
            'INVALID_ARGUMENT',
            `interval_ms must be from 100 to 60000, or 0 for 1000, not ${intervalMs}.`,
          ],
        ],
      );
    }
  });

  it('is for so many at once, and for another one when one of them has ended', async () => {
    const { found, timers } = createCluster();
    const a = await found();
    const most = 64;
    const watchers = Array.from({ length: most }, () => watcher(a));
    assert.deepEqual(new Set(watchers.map(({ received }) => received.length)), new Set([1]));
    const { errors, received } = watcher(a);
    assert.deepEqual(
      errors.map(({ code, details }) => [Code[code], details]),
      [
        [
          'RESOURCE_EXHAUSTED',
          `${most} callers watch the status of this member already. Try again when one has ended, or ask for it with Status now and then.`,
        ],
      ],
    );
    assert.deepEqual([received.length, timers()], [0, most]);
    assert.deepEqual(watchers.at(-1)?.errors, [], 'those that are there go on');
    watchers[0]!.call.emit('cancelled');
    assert.deepEqual(watcher(a).errors, []);
    assert.equal(watcher(a).errors.length, 1);
  });

  it('is for members and operators alone', async () => {
    const { found, timers } = createCluster();
    const a = await found();
    a.denies = (role) => `not a ${role}`;
    const { received, errors } = watcher(a);
    assert.deepEqual(
      errors.map(({ code, details }) => [Code[code], details]),
      [['PERMISSION_DENIED', 'not a peer']],
    );
    assert.deepEqual([received.length, timers()], [0, 0]);
  });
});
