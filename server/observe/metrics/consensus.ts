/** What an observer of the core counts. It is called on every step: additions and comparisons only. */
import type { Registry } from 'prom-client';
import type { NodeObserver } from '../../node/node.ts';
import type { Effect } from '../../raft/effect.ts';
import type { Index, MemberId } from '../../raft/ids.ts';
import type { Input } from '../../raft/input.ts';
import { distributionOf, distributionsOf, LONG_SECONDS, SHORT_SECONDS } from './distribution.ts';
import type { Distribution } from './distribution.ts';
import { countOf, gaugeOf } from './series.ts';
import type { Count } from './series.ts';

/** A batch of committed entries that takes longer is slow, as in etcd. */
const SLOW_APPLY_MS = 100;

interface Counts {
  readonly leaderChanges: Count;
  readonly campaigns: Count;
  readonly committed: Count;
  readonly applied: Count;
  readonly slowApplies: Count;
  readonly sends: Count;
  readonly sendFailures: Count;
  readonly sendDuration: Distribution;
  readonly roundTripOf: (labels: { readonly peer: MemberId }) => Distribution;
  readonly applyBatch: Distribution;
}

/** What has begun and not ended. */
interface Begun {
  leader: MemberId | undefined;
  batch: { readonly last: Index; readonly startedMs: number } | undefined;
  readonly sends: Map<MemberId, number>;
  /** The heartbeat that a member has not answered yet. */
  readonly heartbeats: Map<MemberId, { readonly round: number; readonly sentMs: number }>;
  readonly roundTrips: Map<MemberId, Distribution>;
}

/**
 * Counts what the core decides.
 *
 * @param applyBatch told how long each batch of committed entries took, in milliseconds.
 */
export function observeConsensus(
  registry: Registry,
  applyBatch: Distribution,
  nowMs: () => number,
): NodeObserver {
  const begun: Begun = {
    leader: undefined,
    batch: undefined,
    sends: new Map(),
    heartbeats: new Map(),
    roundTrips: new Map(),
  };
  const counts = createCounts(registry, applyBatch, begun);

  return {
    stepped: (input, effects) => {
      if (input.kind === 'message' || input.kind === 'snapshotSent') {
        countInput(counts, begun, input, nowMs);
      }
      for (const effect of effects) countEffect(counts, begun, effect, nowMs);
    },
    applied: (entry) => {
      counts.applied.value += 1;
      if (begun.batch?.last !== entry.index) return;
      const durationMs = nowMs() - begun.batch.startedMs;
      begun.batch = undefined;
      counts.applyBatch.observe(durationMs);
      if (durationMs > SLOW_APPLY_MS) counts.slowApplies.value += 1;
    },
    restored: (_position, cause) => {
      begun.batch = undefined;
      if (cause === 'installed') return;
      // The core before this one will not hear the end of anything.
      begun.sends.clear();
      begun.heartbeats.clear();
      begun.leader = undefined;
    },
  };
}

function createCounts(registry: Registry, applyBatch: Distribution, begun: Begun): Counts {
  const count = (name: string, help: string): Count =>
    countOf(registry, `robustmq_meta_${name}`, help);

  gaugeOf(
    registry,
    'robustmq_meta_snapshot_sends_in_flight',
    'Snapshots that are being sent.',
    () => begun.sends.size,
  );
  return {
    leaderChanges: count('leader_changes_total', 'How often this member heard of a new leader.'),
    campaigns: count('campaigns_total', 'How often this member stood for election.'),
    committed: count('proposals_committed_total', 'Committed entries that were handed out.'),
    applied: count('proposals_applied_total', 'Committed entries that became part of the state.'),
    slowApplies: count(
      'slow_applies_total',
      'Batches of committed entries that took more than 100 ms to apply.',
    ),
    sends: count('snapshot_sends_total', 'Snapshots that were delivered whole.'),
    sendFailures: count('snapshot_send_failures_total', 'Snapshots that did not arrive.'),
    sendDuration: distributionOf(
      registry,
      'robustmq_meta_snapshot_send_duration_seconds',
      'How long sending a snapshot took, delivered or not.',
      LONG_SECONDS,
    ),
    roundTripOf: distributionsOf(
      registry,
      'robustmq_meta_peer_round_trip_seconds',
      'On a leader: from a heartbeat to its answer.',
      SHORT_SECONDS,
    ),
    applyBatch,
  };
}

type Told = Extract<Input, { readonly kind: 'message' | 'snapshotSent' }>;

function countInput(counts: Counts, begun: Begun, input: Told, nowMs: () => number): void {
  if (input.kind === 'snapshotSent') {
    const startedMs = begun.sends.get(input.to);
    begun.sends.delete(input.to);
    (input.delivered ? counts.sends : counts.sendFailures).value += 1;
    if (startedMs !== undefined) counts.sendDuration.observe((nowMs() - startedMs) / 1000);
    return;
  }
  const { message } = input;
  if (message.kind !== 'heartbeatReply') return;
  const asked = begun.heartbeats.get(message.from);
  if (asked === undefined || message.round < asked.round) return;
  begun.heartbeats.delete(message.from);
  let roundTrip = begun.roundTrips.get(message.from);
  if (roundTrip === undefined) {
    roundTrip = counts.roundTripOf({ peer: message.from });
    begun.roundTrips.set(message.from, roundTrip);
  }
  roundTrip.observe((nowMs() - asked.sentMs) / 1000);
}

function countEffect(counts: Counts, begun: Begun, effect: Effect, nowMs: () => number): void {
  switch (effect.kind) {
    case 'commit': {
      counts.committed.value += effect.entries.length;
      const last = effect.entries.at(-1);
      if (last !== undefined) begun.batch = { last: last.index, startedMs: nowMs() };
      return;
    }
    case 'send': {
      const { message } = effect;
      // One at a time: the next round may be under way before this one is answered.
      if (message.kind === 'heartbeat' && !begun.heartbeats.has(message.to)) {
        begun.heartbeats.set(message.to, { round: message.round, sentMs: nowMs() });
      }
      return;
    }
    case 'roleChanged':
      if (effect.leader !== undefined && effect.leader !== begun.leader) {
        counts.leaderChanges.value += 1;
        begun.leader = effect.leader;
      }
      if (effect.role === 'candidate') counts.campaigns.value += 1;
      // Rounds count anew in each term.
      begun.heartbeats.clear();
      return;
    case 'sendSnapshot':
      begun.sends.set(effect.to, nowMs());
      return;
    case 'persist':
    case 'readReady':
    case 'accepted':
    case 'changeAccepted':
    case 'refuse':
    case 'transferEnded':
    case 'fetch':
    case 'install':
    case 'compact':
    case 'alarm':
      return;
  }
}
