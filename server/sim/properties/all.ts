import type { Property } from './property.ts';
import { acknowledgedIsDurable } from './acknowledged-is-durable.ts';
import { acknowledgedWritesKept } from './acknowledged-writes-kept.ts';
import { appliedIsDurable } from './applied-is-durable.ts';
import { appliedOnce } from './applied-once.ts';
import { cachesLackNothing } from './caches-lack-nothing.ts';
import { changeCompareAndSwap } from './change-compare-and-swap.ts';
import { commitsOwnTerm } from './commits-own-term.ts';
import { committedIsDurable } from './committed-is-durable.ts';
import { configurationsOverlap } from './configurations-overlap.ts';
import { deletedTopicIsGone } from './deleted-topic-is-gone.ts';
import { deletedStaysGone } from './deleted-stays-gone.ts';
import { electedByQuorum } from './elected-by-quorum.ts';
import { electionSafety } from './election-safety.ts';
import { epochsGrow } from './epochs-grow.ts';
import { followsItsLog } from './follows-its-log.ts';
import { identityIsBound } from './identity-is-bound.ts';
import { leaderInSync } from './leader-in-sync.ts';
import { liveBrokersStay } from './live-brokers-stay.ts';
import { leaderAppendOnly } from './leader-append-only.ts';
import { leaderCompleteness } from './leader-completeness.ts';
import { linearizability } from './linearizability.ts';
import { liveness } from './liveness.ts';
import { logMatching } from './log-matching.ts';
import { monotonic } from './monotonic.ts';
import { noDisruption } from './no-disruption.ts';
import { oneChangeInFlight } from './one-change-in-flight.ts';
import { oneVotePerTerm } from './one-vote-per-term.ts';
import { promisesAreKept } from './promises-are-kept.ts';
import { readsAreConfirmed } from './reads-are-confirmed.ts';
import { readsAreCurrent } from './reads-are-current.ts';
import { retriesCarriedOutOnce } from './retries-carried-out-once.ts';
import { stateMachineSafety } from './state-machine-safety.ts';
import { statesAgree } from './states-agree.ts';
import { toldInOrder } from './told-in-order.ts';
import { transfersEnd } from './transfers-end.ts';
import { willsSentAgain } from './wills-sent-again.ts';
import { votesForUpToDate } from './votes-for-up-to-date.ts';

/**
 * Everything that must hold in every run. The order is that of the reports where several break at
 * once: what the paper promises first, then the rules that make it so, then what brokers and clients see.
 */
export const PROPERTIES: readonly Property[] = [
  electionSafety,
  leaderAppendOnly,
  logMatching,
  leaderCompleteness,
  stateMachineSafety,
  statesAgree,

  oneVotePerTerm,
  votesForUpToDate,
  electedByQuorum,
  acknowledgedIsDurable,
  committedIsDurable,
  commitsOwnTerm,
  monotonic,
  appliedIsDurable,
  appliedOnce,
  oneChangeInFlight,
  configurationsOverlap,
  changeCompareAndSwap,
  followsItsLog,
  identityIsBound,
  readsAreConfirmed,
  noDisruption,
  promisesAreKept,
  transfersEnd,

  leaderInSync,
  epochsGrow,
  liveBrokersStay,
  willsSentAgain,
  deletedTopicIsGone,
  toldInOrder,
  cachesLackNothing,
  deletedStaysGone,

  readsAreCurrent,
  acknowledgedWritesKept,
  retriesCarriedOutOnce,
  linearizability,
  liveness,
];
