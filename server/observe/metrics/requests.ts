import type { Registry } from 'prom-client';
import type { Node } from '../../node/node.ts';
import type { ProposeOutcome, ReadOutcome } from '../../node/outcome.ts';
import type { RefusalReason } from '../../raft/effect.ts';
import { distributionOf, SHORT_SECONDS } from './distribution.ts';
import { countOf, countsOf, gaugeOf } from './series.ts';
import type { Count } from './series.ts';
import type { WriteTotals } from './robustmq.ts';

/** What callers ask of a node. */
export type Requests = Pick<Node, 'propose' | 'read'>;

/** Why something failed, as a label. */
const REASONS: Readonly<Record<RefusalReason | 'dropped' | 'unknown' | 'timeout', string>> = {
  notLeader: 'not_leader',
  transferring: 'transferring',
  tooLarge: 'too_large',
  logFull: 'log_full',
  diskFull: 'disk_full',
  readsFull: 'reads_full',
  changeInFlight: 'change_in_flight',
  termNotCommitted: 'term_not_committed',
  configurationMoved: 'configuration_moved',
  invalidChange: 'invalid_change',
  invalidTarget: 'invalid_target',
  removed: 'removed',
  halted: 'halted',
  dropped: 'dropped',
  unknown: 'unknown',
  timeout: 'timeout',
};

type Reason = keyof typeof REASONS;

const PROPOSAL_REASONS = [
  'notLeader',
  'transferring',
  'tooLarge',
  'logFull',
  'diskFull',
  'removed',
  'halted',
  'dropped',
  'unknown',
] as const satisfies readonly Reason[];

const READ_REASONS = [
  'notLeader',
  'readsFull',
  'removed',
  'halted',
  'timeout',
] as const satisfies readonly Reason[];

/** Counts what callers ask of a node, and how it ends. */
export interface RequestMeter {
  /** The same node, counted. */
  measure(node: Requests): Requests;
  /** Since the process started: what the status page makes rates of. */
  readsTotal(): number;
}

export function createRequestMeter(
  registry: Registry,
  writes: WriteTotals,
  nowMs: () => number,
): RequestMeter {
  const pending = showPending(registry);
  const proposalFailed = failures(registry, 'proposals', PROPOSAL_REASONS);
  const readFailed = failures(registry, 'reads', READ_REASONS);
  const readsServed = countOf(
    registry,
    'robustmq_meta_reads_total',
    'Linearizable reads that were served.',
  );
  const readDuration = distributionOf(
    registry,
    'robustmq_meta_read_duration_seconds',
    'How long linearizable reads waited until they could be served.',
    SHORT_SECONDS,
  );

  function proposed(outcome: ProposeOutcome, startedMs: number): void {
    pending.proposals -= 1;
    writes.duration.observe(nowMs() - startedMs);
    if (outcome.kind === 'applied') writes.succeeded.value += 1;
    else {
      writes.failed.value += 1;
      proposalFailed(outcome.kind === 'refused' ? outcome.refusal.reason : outcome.kind).value += 1;
    }
  }

  function read(outcome: ReadOutcome, startedMs: number): void {
    pending.reads -= 1;
    if (outcome.kind === 'ready') {
      readsServed.value += 1;
      readDuration.observe((nowMs() - startedMs) / 1000);
    } else {
      readFailed(outcome.kind === 'refused' ? outcome.refusal.reason : outcome.kind).value += 1;
    }
  }

  return {
    measure: (node) => ({
      propose: (command, done) => {
        const startedMs = nowMs();
        pending.proposals += 1;
        writes.requests.value += 1;
        node.propose(command, (outcome) => {
          proposed(outcome, startedMs);
          done(outcome);
        });
      },
      read: (done) => {
        const startedMs = nowMs();
        pending.reads += 1;
        node.read((outcome) => {
          read(outcome, startedMs);
          done(outcome);
        });
      },
    }),
    readsTotal: () => readsServed.value,
  };
}

/** Shows what has no outcome yet. */
function showPending(registry: Registry): { proposals: number; reads: number } {
  const pending = { proposals: 0, reads: 0 };
  gaugeOf(
    registry,
    'robustmq_meta_proposals_pending',
    'Proposals of callers of this member without an outcome yet.',
    () => pending.proposals,
  );
  gaugeOf(
    registry,
    'robustmq_meta_reads_pending',
    'Linearizable reads of callers of this member without an outcome yet.',
    () => pending.reads,
  );
  return pending;
}

/** A counter per reason; those that are expected exist from the start, at 0. */
function failures(
  registry: Registry,
  what: 'proposals' | 'reads',
  expected: readonly Reason[],
): (reason: Reason) => Count {
  const of = countsOf(
    registry,
    `robustmq_meta_${what}_failed_total`,
    `Requests for ${what} that were not carried out, or may not have been, by reason.`,
  );
  const countFor = (reason: Reason): Count => of({ reason: REASONS[reason] });
  for (const reason of expected) countFor(reason);
  return countFor;
}
