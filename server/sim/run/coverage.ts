/**
 * What a run, or many runs, went through. Every kind of thing that can happen has a row, because
 * the compiler asks for one; a row that stays zero over many seeds is a test that tests nothing.
 */
import type { Change } from '../../raft/membership/configuration.ts';
import type { Effect, RefusalReason } from '../../raft/effect.ts';
import type { Input } from '../../raft/input.ts';
import type { Message } from '../../raft/message.ts';
import type { Operation, OperationOutcome } from '../clients/operation.ts';

/** Every way in which the simulated world is not kind. */
export type Fault =
  | 'messageLost'
  | 'messageDelayed'
  | 'messageDuplicated'
  | 'messageReordered'
  | 'partition'
  | 'partitionOneWay'
  | 'linksCut'
  | 'isolated'
  | 'isolatedOneWay'
  | 'stranded'
  | 'usurped'
  | 'flapping'
  | 'connectionLost'
  | 'connectionRegained'
  | 'connectionLostFalsely'
  | 'connectionRegainedFalsely'
  | 'snapshotBroken'
  | 'snapshotRepeated'
  | 'processKilled'
  | 'powerLost'
  | 'crashedInsideStep'
  | 'crashedAtEffect'
  | 'blackout'
  | 'processStopped'
  | 'processPaused'
  | 'clockJumped'
  | 'clockDrifting'
  | 'writeLost'
  | 'writeKept'
  | 'writeTorn'
  | 'writesPartlyKept'
  | 'writeFailed'
  | 'writeFailedButWritten'
  | 'diskSlow'
  | 'diskStuck'
  | 'spaceLow'
  | 'diskFull'
  | 'olderCopyPutBack'
  | 'directoryWiped'
  | 'stateRotted'
  | 'stateRebuilt';

/** How a call of an operator went. */
export type Administration =
  | 'changed'
  | 'changeRefused'
  | 'changeDropped'
  | 'changeUnknown'
  | 'changeRetried'
  | 'changeStale'
  | 'changeHasty'
  | 'severalChanges'
  | 'transferred'
  | 'transferAborted'
  | 'transferRefused'
  | 'transferUnknown'
  | 'memberReplaced'
  | 'removedLeftRunning'
  | 'removedStopped';

/** What became of writes that clients number, to send them again. */
export type Retry =
  | 'numbered'
  /** After an outcome that nobody could tell. */
  | 'sentAgain'
  /** Though it was answered. */
  | 'echoed'
  /** By a member, with the first answer. */
  | 'answeredAgain'
  | 'turnedAway';

/** What brokers were told, and what kept them from it. */
export type Telling =
  /** Records that an entry told. */
  | 'line'
  /** Records that were made for a broker alone. */
  | 'madeFromState'
  | 'taken'
  | 'requestLost'
  | 'replyLost'
  | 'late'
  | 'unreachable';

/** Rows of a kind and how often each was seen. */
export type Counts<Kind extends string> = Record<Kind, number>;

export interface Coverage {
  readonly fault: Counts<Fault>;
  readonly message: Counts<Message['kind']>;
  readonly input: Counts<Input['kind']>;
  readonly effect: Counts<Effect['kind']>;
  readonly refusal: Counts<RefusalReason>;
  readonly operation: Counts<Operation['kind']>;
  readonly outcome: Counts<OperationOutcome['kind']>;
  readonly retry: Counts<Retry>;
  readonly change: Counts<Change['kind']>;
  readonly administration: Counts<Administration>;
  readonly telling: Counts<Telling>;
}

/** The name of one table of rows. */
export type CoverageTable = keyof Coverage;

const NO_FAULT: Counts<Fault> = {
  messageLost: 0,
  messageDelayed: 0,
  messageDuplicated: 0,
  messageReordered: 0,
  partition: 0,
  partitionOneWay: 0,
  linksCut: 0,
  isolated: 0,
  isolatedOneWay: 0,
  stranded: 0,
  usurped: 0,
  flapping: 0,
  connectionLost: 0,
  connectionRegained: 0,
  connectionLostFalsely: 0,
  connectionRegainedFalsely: 0,
  snapshotBroken: 0,
  snapshotRepeated: 0,
  processKilled: 0,
  powerLost: 0,
  crashedInsideStep: 0,
  crashedAtEffect: 0,
  blackout: 0,
  processStopped: 0,
  processPaused: 0,
  clockJumped: 0,
  clockDrifting: 0,
  writeLost: 0,
  writeKept: 0,
  writeTorn: 0,
  writesPartlyKept: 0,
  writeFailed: 0,
  writeFailedButWritten: 0,
  diskSlow: 0,
  diskStuck: 0,
  spaceLow: 0,
  diskFull: 0,
  olderCopyPutBack: 0,
  directoryWiped: 0,
  stateRotted: 0,
  stateRebuilt: 0,
};

const NO_MESSAGE: Counts<Message['kind']> = {
  preVote: 0,
  preVoteReply: 0,
  vote: 0,
  voteReply: 0,
  append: 0,
  committed: 0,
  appendAccepted: 0,
  appendRejected: 0,
  heartbeat: 0,
  heartbeatReply: 0,
  snapshot: 0,
  timeoutNow: 0,
  resigned: 0,
  readRequest: 0,
  readReply: 0,
  removed: 0,
};

const NO_INPUT: Counts<Input['kind']> = {
  tick: 0,
  message: 0,
  propose: 0,
  read: 0,
  change: 0,
  transfer: 0,
  persisted: 0,
  storageFailed: 0,
  storageSpace: 0,
  fetched: 0,
  snapshotSent: 0,
  installed: 0,
  compact: 0,
  peer: 0,
};

const NO_EFFECT: Counts<Effect['kind']> = {
  persist: 0,
  send: 0,
  commit: 0,
  readReady: 0,
  accepted: 0,
  changeAccepted: 0,
  refuse: 0,
  transferEnded: 0,
  roleChanged: 0,
  fetch: 0,
  sendSnapshot: 0,
  install: 0,
  compact: 0,
  alarm: 0,
};

const NO_REFUSAL: Counts<RefusalReason> = {
  notLeader: 0,
  transferring: 0,
  tooLarge: 0,
  logFull: 0,
  diskFull: 0,
  readsFull: 0,
  changeInFlight: 0,
  termNotCommitted: 0,
  configurationMoved: 0,
  invalidChange: 0,
  invalidTarget: 0,
  removed: 0,
  halted: 0,
};

const NO_OPERATION: Counts<Operation['kind']> = { put: 0, append: 0, compareAndSwap: 0, get: 0 };

const NO_OUTCOME: Counts<OperationOutcome['kind']> = { ok: 0, failed: 0, unknown: 0 };

const NO_RETRY: Counts<Retry> = {
  numbered: 0,
  sentAgain: 0,
  echoed: 0,
  answeredAgain: 0,
  turnedAway: 0,
};

const NO_CHANGE: Counts<Change['kind']> = {
  add: 0,
  promote: 0,
  demote: 0,
  remove: 0,
  prioritize: 0,
  trust: 0,
};

const NO_ADMINISTRATION: Counts<Administration> = {
  changed: 0,
  changeRefused: 0,
  changeDropped: 0,
  changeUnknown: 0,
  changeRetried: 0,
  changeStale: 0,
  changeHasty: 0,
  severalChanges: 0,
  transferred: 0,
  transferAborted: 0,
  transferRefused: 0,
  transferUnknown: 0,
  memberReplaced: 0,
  removedLeftRunning: 0,
  removedStopped: 0,
};

const NO_TELLING: Counts<Telling> = {
  line: 0,
  madeFromState: 0,
  taken: 0,
  requestLost: 0,
  replyLost: 0,
  late: 0,
  unreachable: 0,
};

/** Nothing seen yet. */
export const createCoverage = (): Coverage => ({
  fault: { ...NO_FAULT },
  message: { ...NO_MESSAGE },
  input: { ...NO_INPUT },
  effect: { ...NO_EFFECT },
  refusal: { ...NO_REFUSAL },
  operation: { ...NO_OPERATION },
  outcome: { ...NO_OUTCOME },
  retry: { ...NO_RETRY },
  change: { ...NO_CHANGE },
  administration: { ...NO_ADMINISTRATION },
  telling: { ...NO_TELLING },
});

/** How often anything of one table was seen. */
export const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Adds what `from` saw to `to`. */
export function addCoverage(to: Coverage, from: Coverage): void {
  for (const table of Object.keys(to) as CoverageTable[]) {
    const counts: Record<string, number> = to[table];
    for (const [row, count] of Object.entries(from[table])) {
      counts[row] = (counts[row] ?? 0) + count;
    }
  }
}

/** A row, with the table it stands in. */
export interface CoverageRow {
  readonly table: CoverageTable;
  readonly row: string;
  readonly count: number;
}

/** Every row of every table, with how often it was seen. */
export const coverageRows = (coverage: Coverage): readonly CoverageRow[] =>
  (Object.keys(coverage) as CoverageTable[]).flatMap((table) =>
    Object.entries(coverage[table]).map(([row, count]) => ({ table, row, count })),
  );

/** Rows of which nothing was seen. */
export const missing = (coverage: Coverage): readonly CoverageRow[] =>
  coverageRows(coverage).filter(({ count }) => count === 0);
