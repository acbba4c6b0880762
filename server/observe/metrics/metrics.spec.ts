import assert from 'node:assert/strict';
import { createNode } from '../../node/create-node.ts';
import { idleStatus } from '../../node/status.ts';
import type { NodeStatus } from '../../node/node.ts';
import type { ProposeOutcome, ReadOutcome } from '../../node/outcome.ts';
import { start } from '../../raft/core.ts';
import type { Effect } from '../../raft/effect.ts';
import { ORIGIN, toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { Input } from '../../raft/input.ts';
import { EMPTY_CONFIGURATION } from '../../raft/membership/configuration.ts';
import { DEFAULT_OPTIONS } from '../../raft/options.ts';
import { NODE_OPTIONS } from '../../node/testing/node-options.ts';
import { faultless } from '../../storage/memory/disk-policy.ts';
import { createMemoryLogStore } from '../../storage/memory/log-store.ts';
import { createMemoryDisk } from '../../storage/memory/memory-disk.ts';
import { createMemoryStateStore } from '../../storage/memory/state-store.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics, MetricsSetup } from './metrics.ts';

/** Every name, as an interface to dashboards and alerts. */
const NAMES = `
  delay_task_created_total delay_task_execute_failed_total delay_task_executed_total
  delay_task_schedule_latency_seconds
  grpc_errors_total grpc_request_duration_ms grpc_requests_total
  http_errors_total http_request_duration_ms http_requests_total
  raft_apply_batch_duration_ms raft_apply_lag raft_last_applied raft_last_log_index
  raft_log_append_batch_duration_ms raft_write_duration_ms raft_write_failures_total
  raft_write_requests_total raft_write_success_total
  robustmq_meta_alarm_info robustmq_meta_alarms_active robustmq_meta_applied_index
  robustmq_meta_build_info robustmq_meta_campaigns_total robustmq_meta_commit_index
  robustmq_meta_configuration_index robustmq_meta_connections robustmq_meta_connections_ended_total
  robustmq_meta_connections_held_bytes robustmq_meta_connections_refused_total
  robustmq_meta_disk_free_bytes robustmq_meta_durable_index
  robustmq_meta_event_loop_delay_seconds robustmq_meta_first_log_index robustmq_meta_has_leader
  robustmq_meta_is_leader robustmq_meta_is_learner robustmq_meta_last_log_index
  robustmq_meta_last_written_index
  robustmq_meta_leader_changes_total robustmq_meta_learner_promotion_failures_total
  robustmq_meta_learner_promotions_total robustmq_meta_limit_bytes robustmq_meta_limit_connections
  robustmq_meta_limit_requests robustmq_meta_log_bytes
  robustmq_meta_log_sync_duration_seconds robustmq_meta_log_sync_failures_total
  robustmq_meta_log_write_age_seconds robustmq_meta_member_info
  robustmq_meta_misaddressed_messages_total robustmq_meta_peer_connected
  robustmq_meta_peer_dropped_messages_total robustmq_meta_peer_lag_entries
  robustmq_meta_peer_received_bytes_total robustmq_meta_peer_received_messages_total
  robustmq_meta_peer_round_trip_seconds robustmq_meta_peer_sent_bytes_total
  robustmq_meta_peer_sent_messages_total robustmq_meta_phase_info
  robustmq_meta_proposals_applied_total robustmq_meta_proposals_committed_total
  robustmq_meta_proposals_failed_total robustmq_meta_proposals_pending
  robustmq_meta_read_duration_seconds robustmq_meta_reads_failed_total
  robustmq_meta_reads_pending robustmq_meta_reads_total robustmq_meta_refused_hellos_total
  robustmq_meta_row_cache_bytes robustmq_meta_row_cache_limit_bytes
  robustmq_meta_row_cache_requests_total
  robustmq_meta_slow_applies_total robustmq_meta_snapshot_install_duration_seconds
  robustmq_meta_snapshot_install_failures_total robustmq_meta_snapshot_receive_duration_seconds
  robustmq_meta_snapshot_receive_failures_total robustmq_meta_snapshot_receives_in_flight
  robustmq_meta_snapshot_send_duration_seconds robustmq_meta_snapshot_send_failures_total
  robustmq_meta_snapshot_sends_in_flight robustmq_meta_snapshot_sends_total
  robustmq_meta_state_disk_bytes robustmq_meta_state_disk_in_use_bytes
  robustmq_meta_state_flush_duration_seconds robustmq_meta_state_flush_failures_total
  robustmq_meta_state_rows robustmq_meta_state_write_age_seconds robustmq_meta_term
`;

/** What the number of a metric counts in; `robustmq_meta_` names end in one of these. */
const UNIT =
  /_(seconds|bytes|total|info|index|term|entries|rows|connections|requests|pending|in_flight|active|connected|(has|is)_(leader|learner))$/;

const waiting = idleStatus('waiting', undefined, 3);

function createBench(setup: Partial<MetricsSetup> = {}) {
  let nowMs = 0;
  const metrics: Metrics = createMetrics({
    build: { version: '1.2.3' },
    status: () => waiting,
    transport: () => ({ peers: [], refusedHellos: 0 }),
    disk: () => ({
      ...{ freeBytes: 10, logBytes: 20, stateRows: 30 },
      ...{ stateBytes: 50, stateInUseBytes: 40 },
    }),
    rowCache: () => ({ bytes: 60, bytesMax: 100, hits: 5, misses: 2 }),
    limits: { bytes: { 'limits.key': 4096 }, requests: 7, connections: 8 },
    alarms: () => [],
    nowMs: () => nowMs,
    process: false,
    ...setup,
  });
  /** All samples with this name, as `labels value`. */
  const samples = async (name: string): Promise<string[]> =>
    (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .map((line) => line.slice(name.length).trim());
  return { metrics, samples, pass: (ms: number) => (nowMs += ms) };
}

const namesIn = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);

const raft = start(
  {
    id: toMemberId(1),
    hardState: { term: toTerm(0), vote: undefined },
    state: { ...ORIGIN, configuration: EMPTY_CONFIGURATION, configurationIndex: toIndex(0) },
    log: { base: ORIGIN, terms: [], last: ORIGIN.index },
    entries: [],
    seed: 1,
  },
  DEFAULT_OPTIONS,
  0,
);

const entry = (index: number) =>
  ({ index: toIndex(index), term: toTerm(1), kind: 'command', data: new Uint8Array() }) as const;

const header = { from: toMemberId(1), to: toMemberId(2), term: toTerm(1) };

describe('Metrics', () => {
  it('have exactly these names', async () => {
    const names = namesIn(await createBench().metrics.text());
    assert.deepEqual(names.toSorted(), NAMES.trim().split(/\s+/).toSorted());
  });

  it('end in what they count in', () => {
    const own = NAMES.trim()
      .split(/\s+/)
      .filter((name) => name.startsWith('robustmq_meta_'));
    assert.deepEqual(
      own.filter((name) => !UNIT.test(name)),
      [],
    );
  });

  it('say of counters that they are counters, and only of what ends in total', async () => {
    const text = await createBench().metrics.text();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    assert.deepEqual(
      types.filter(([, name, type]) => name!.endsWith('_total') !== (type === 'counter')),
      [],
    );
  });

  it('show memory and CPU of the process beside them', async () => {
    const names = namesIn(await createBench({ process: true }).metrics.text());
    assert(names.includes('process_cpu_seconds_total'));
    assert(names.includes('nodejs_heap_size_used_bytes'));
  });

  it('show a member without a cluster as it is', async () => {
    const { samples } = createBench();
    assert.deepEqual(await samples('robustmq_meta_has_leader'), ['0']);
    assert.deepEqual(await samples('robustmq_meta_member_info'), []);
    assert.deepEqual(await samples('robustmq_meta_misaddressed_messages_total'), ['3']);
    assert((await samples('robustmq_meta_phase_info')).includes('{phase="waiting"} 1'));
    assert((await samples('robustmq_meta_phase_info')).includes('{phase="running"} 0'));
  });

  it('show a leader, and how far each follower is behind', async () => {
    const peer = {
      id: toMemberId(2),
      state: 'replicate',
      recent: true,
      regressed: false,
      reports: [],
    } as const;
    const status: NodeStatus = {
      ...waiting,
      phase: 'running',
      identity: { cluster: 'c1', member: toMemberId(1) },
      role: 'leader',
      leader: toMemberId(1),
      term: toTerm(4),
      applied: toIndex(95),
      lastLog: toIndex(100),
      peers: [{ ...peer, match: toIndex(90) }],
    };
    const { samples } = createBench({ status: () => status });
    assert.deepEqual(await samples('robustmq_meta_is_leader'), ['1']);
    assert.deepEqual(await samples('robustmq_meta_term'), ['4']);
    assert.deepEqual(await samples('robustmq_meta_member_info'), ['{cluster="c1",member="1"} 1']);
    assert.deepEqual(await samples('robustmq_meta_peer_lag_entries'), ['{peer="2"} 10']);
    assert.deepEqual(await samples('raft_apply_lag'), ['{machine="metadata_0"} 5']);
  });

  it('show nothing in place of what nobody knows', async () => {
    const disk = () => ({
      ...{ freeBytes: undefined, logBytes: 20, stateRows: undefined },
      ...{ stateBytes: undefined, stateInUseBytes: undefined },
    });
    const { samples } = createBench({ disk });
    assert.deepEqual(await samples('robustmq_meta_disk_free_bytes'), []);
    assert.deepEqual(await samples('robustmq_meta_log_bytes'), ['20']);
  });

  it('show what the state takes, and the bounds of the settings', async () => {
    const { samples } = createBench();
    assert.deepEqual(await samples('robustmq_meta_state_disk_bytes'), ['50']);
    assert.deepEqual(await samples('robustmq_meta_state_disk_in_use_bytes'), ['40']);
    assert.deepEqual(await samples('robustmq_meta_limit_bytes'), ['{setting="limits.key"} 4096']);
    assert.deepEqual(await samples('robustmq_meta_limit_requests'), ['7']);
    assert.deepEqual(await samples('robustmq_meta_limit_connections'), ['8']);
  });

  it('count promotions, and those that were refused', async () => {
    const { metrics, samples } = createBench();
    metrics.promoted(true);
    metrics.promoted(false);
    metrics.promoted(false);
    assert.deepEqual(await samples('robustmq_meta_learner_promotions_total'), ['1']);
    assert.deepEqual(await samples('robustmq_meta_learner_promotion_failures_total'), ['2']);
  });

  it('show each alarm once', async () => {
    const { samples } = createBench({ alarms: () => ['disk_space', 'disk_space'] });
    assert.deepEqual(await samples('robustmq_meta_alarm_info'), ['{alarm="disk_space"} 1']);
    assert.deepEqual(await samples('robustmq_meta_alarms_active'), ['1']);
  });

  it('ask for a status once per scrape', async () => {
    let asked = 0;
    const status = (): NodeStatus => {
      asked += 1;
      return waiting;
    };
    const { metrics } = createBench({ status });
    await metrics.text();
    assert.equal(asked, 1);
    await metrics.text();
    assert.equal(asked, 2);
  });

  it('show what goes to and comes from each peer', async () => {
    const peer = {
      member: 2,
      connected: true,
      sentBytes: 5,
      receivedBytes: 6,
      sentMessages: 7,
      receivedMessages: 8,
      droppedMessages: 9,
    };
    const { samples } = createBench({ transport: () => ({ peers: [peer], refusedHellos: 4 }) });
    assert.deepEqual(await samples('robustmq_meta_peer_dropped_messages_total'), ['{peer="2"} 9']);
    assert.deepEqual(await samples('robustmq_meta_peer_sent_bytes_total'), ['{peer="2"} 5']);
    assert.deepEqual(await samples('robustmq_meta_refused_hellos_total'), ['4']);
  });
});

describe('Metrics of consensus', () => {
  function createWatched() {
    const bench = createBench();
    const { observer } = bench.metrics;
    const step = (effects: readonly Effect[], input: Input = { kind: 'tick' }): void =>
      observer.stepped?.(input, effects, raft);
    return { ...bench, observer, step };
  }

  it('count leaders that were heard of, not terms without one', async () => {
    const { step, samples } = createWatched();
    const changed = (leader?: number, role: 'follower' | 'candidate' = 'follower'): Effect => ({
      kind: 'roleChanged',
      role,
      term: toTerm(1),
      leader: leader === undefined ? undefined : toMemberId(leader),
    });
    step([changed(2)]);
    step([changed(undefined, 'candidate')]);
    step([changed(2)]);
    step([changed(3)]);
    assert.deepEqual(await samples('robustmq_meta_leader_changes_total'), ['2']);
    assert.deepEqual(await samples('robustmq_meta_campaigns_total'), ['1']);
  });

  it('time a batch from commit to the last entry applied', async () => {
    const { step, observer, pass, samples } = createWatched();
    step([{ kind: 'commit', entries: [entry(1), entry(2)] }]);
    pass(60);
    observer.applied?.(entry(1), []);
    pass(60);
    observer.applied?.(entry(2), []);
    assert.deepEqual(await samples('robustmq_meta_proposals_committed_total'), ['2']);
    assert.deepEqual(await samples('robustmq_meta_proposals_applied_total'), ['2']);
    assert.deepEqual(await samples('robustmq_meta_slow_applies_total'), ['1']);
    const labels = '{machine="metadata_0"}';
    assert.deepEqual(await samples('raft_apply_batch_duration_ms_sum'), [`${labels} 120`]);
  });

  it('time heartbeats by the answer to the round that was asked', async () => {
    const { step, pass, samples } = createWatched();
    const heartbeat = (round: number): Effect => ({
      kind: 'send',
      message: { kind: 'heartbeat', ...header, round, commit: ORIGIN },
    });
    const reply = (round: number): Input => ({
      kind: 'message',
      message: {
        kind: 'heartbeatReply',
        from: toMemberId(2),
        to: toMemberId(1),
        term: toTerm(1),
        round,
        lease: false,
        last: toIndex(0),
        spaceLow: false,
      },
    });
    step([heartbeat(5)]);
    pass(10);
    step([heartbeat(6)], reply(4));
    pass(10);
    step([], reply(5));
    step([], reply(6));
    const name = 'robustmq_meta_peer_round_trip_seconds';
    assert.deepEqual(await samples(`${name}_count`), ['{peer="2"} 1']);
    assert.deepEqual(await samples(`${name}_sum`), ['{peer="2"} 0.02']);
  });

  it('know the snapshots on their way, until the core that sent them is gone', async () => {
    const { step, observer, pass, samples } = createWatched();
    const send = (to: number): Effect => ({
      kind: 'sendSnapshot',
      to: toMemberId(to),
      term: toTerm(1),
    });
    const sent = (to: number, delivered: boolean): Input => ({
      kind: 'snapshotSent',
      to: toMemberId(to),
      term: toTerm(1),
      index: toIndex(1),
      delivered,
    });
    step([send(2), send(3), send(4)]);
    pass(1_000);
    step([], sent(2, true));
    step([], sent(3, false));
    assert.deepEqual(await samples('robustmq_meta_snapshot_sends_in_flight'), ['1']);
    assert.deepEqual(await samples('robustmq_meta_snapshot_sends_total'), ['1']);
    assert.deepEqual(await samples('robustmq_meta_snapshot_send_failures_total'), ['1']);
    assert.deepEqual(await samples('robustmq_meta_snapshot_send_duration_seconds_sum'), ['2']);
    const { applied: index } = raft;
    const position = { index, term: toTerm(0) };
    const configuration = { configuration: EMPTY_CONFIGURATION, configurationIndex: index };
    observer.restored?.({ ...position, ...configuration }, 'opened', () => undefined);
    assert.deepEqual(await samples('robustmq_meta_snapshot_sends_in_flight'), ['0']);
  });
});

describe('Metrics of requests', () => {
  function createAsked() {
    const bench = createBench();
    const proposals: ((outcome: ProposeOutcome) => void)[] = [];
    const reads: ((outcome: ReadOutcome) => void)[] = [];
    const node = bench.metrics.requests.measure({
      propose: (_command, done) => void proposals.push(done),
      read: (done) => void reads.push(done),
    });
    return { ...bench, node, proposals, reads };
  }

  const command = new Uint8Array();

  it('count writes by how they ended, and hand the outcome on', async () => {
    const { node, proposals, samples, pass } = createAsked();
    const ended: ProposeOutcome[] = [];
    const outcomes: ProposeOutcome[] = [
      { kind: 'applied', index: toIndex(1), reply: command },
      { kind: 'refused', refusal: { reason: 'notLeader', leader: undefined } },
      { kind: 'dropped' },
    ];
    for (let at = 0; at < 4; at += 1) node.propose(command, (outcome) => void ended.push(outcome));
    pass(8);
    for (const outcome of outcomes) proposals.shift()?.(outcome);
    assert.deepEqual(ended, outcomes);
    const labels = '{machine="metadata_0"}';
    assert.deepEqual(await samples('raft_write_requests_total'), [`${labels} 4`]);
    assert.deepEqual(await samples('raft_write_success_total'), [`${labels} 1`]);
    assert.deepEqual(await samples('raft_write_failures_total'), [`${labels} 2`]);
    assert.deepEqual(await samples('raft_write_duration_ms_sum'), [`${labels} 24`]);
    assert.deepEqual(await samples('robustmq_meta_proposals_pending'), ['1']);
    const failed = await samples('robustmq_meta_proposals_failed_total');
    assert(failed.includes('{reason="not_leader"} 1'));
    assert(failed.includes('{reason="dropped"} 1'));
    assert(failed.includes('{reason="unknown"} 0'), 'a reason exists before it is needed');
  });

  it('count reads the same way', async () => {
    const { metrics, node, reads, samples } = createAsked();
    for (let at = 0; at < 3; at += 1) node.read(() => undefined);
    reads.shift()?.({ kind: 'ready', index: toIndex(1) });
    reads.shift()?.({ kind: 'timeout' });
    assert.deepEqual(await samples('robustmq_meta_reads_total'), ['1']);
    assert.deepEqual(await samples('robustmq_meta_reads_pending'), ['1']);
    const failed = await samples('robustmq_meta_reads_failed_total');
    assert(failed.includes('{reason="timeout"} 1'));
    assert.deepEqual(metrics.requests.readsTotal(), 1);
  });
});

describe('Metrics of a running node', () => {
  it('follow it from nobody to a leader that applies a write', async () => {
    const disk = createMemoryDisk({ policy: faultless(setImmediate) });
    let status = (): NodeStatus => waiting;
    let nowMs = 0;
    const { metrics, samples } = createBench({ status: () => status() });
    const { promise: opened, resolve: open } = Promise.withResolvers<undefined>();
    const log = metrics.stores.timeLog(createMemoryLogStore(disk));
    const state = metrics.stores.timeState(createMemoryStateStore(disk));
    const node = createNode(
      {
        log,
        state: {
          ...state,
          open: (done) => {
            state.open((outcome) => {
              done(outcome);
              open(undefined);
            });
          },
        },
        transport: { send: () => undefined, sendSnapshot: () => undefined },
        clock: { nowMs: () => nowMs },
        defer: setImmediate,
        machine: () => ({ rows: new Map(), reply: new Uint8Array() }),
      },
      {
        ...NODE_OPTIONS,
        directory: 'd1',
        seed: 1,
        flushBytesMax: 1,
        reopenPauseMs: 1,
      },
      metrics.observer,
    );
    status = () => node.status();
    await opened;
    await new Promise((resolve) => {
      node.bootstrap('c1', resolve);
    });
    // Ticks of made-up time: as many as an election takes, and no more.
    while (node.status().role !== 'leader' && nowMs < 10_000) {
      nowMs += 50;
      node.tick();
      await new Promise(setImmediate);
    }
    const outcome = await new Promise<ProposeOutcome>((resolve) => {
      metrics.requests.measure(node).propose(Uint8Array.of(1), resolve);
    });
    assert.equal(outcome.kind, 'applied');
    assert.deepEqual(await samples('robustmq_meta_is_leader'), ['1']);
    assert.deepEqual(await samples('robustmq_meta_leader_changes_total'), ['1']);
    assert.deepEqual(await samples('raft_write_success_total'), ['{machine="metadata_0"} 1']);
    const [syncs] = await samples('robustmq_meta_log_sync_duration_seconds_count');
    assert(Number(syncs) >= 2, `bootstrap and write were synced: ${syncs}`);
    await new Promise<void>((resolve) => {
      node.stop(resolve);
    });
  });
});
