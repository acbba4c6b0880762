/**
 * The simulated operator: forms the cluster, changes its members as the schedule wishes, replaces
 * those it has lost. One change at a time, each decided on a configuration it has seen committed.
 * A change whose outcome is unknown is asked for again with the same expectation: compare and swap
 * is what keeps that from being carried out twice.
 */
import type { ChangeOutcome } from '../../node/outcome.ts';
import type { Change, Configuration } from '../../raft/membership/configuration.ts';
import { isJoint } from '../../raft/membership/configuration.ts';
import { changeConfiguration } from '../../raft/membership/configuration-change.ts';
import type { Index } from '../../raft/ids.ts';
import type { CutOff, Wish } from '../faults/action.ts';
import { form, isFormed, promoteAspirants, replace } from './duties.ts';
import type { Leftovers } from './fleet.ts';
import { enlist, giveUpRegressed, lostMembers, spareHosts, tidy } from './fleet.ts';
import type { Process } from '../world/host.ts';
import { isAlive, wouldAgree } from '../faults/limits.ts';
import { applyFor, isolation } from '../world/partition.ts';
import type { Prng } from '../prng.ts';
import { createPrng } from '../prng.ts';
import type { Aspirants, Draft } from './wishes.ts';
import { changesFor } from './wishes.ts';
import { after, deliver, hostOf, note, nowMs, observe, running } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** Requests beyond this many are forgotten: the operator is busy enough. */
const REQUESTS_MAX = 3;

/** How often a change is asked for before the operator looks again. */
const TRIES_MAX = 8;

/** What the operator is asked for; see action `change`. */
interface Request {
  readonly wishes: readonly Wish[];
  readonly stale: boolean;
  readonly cutOff: CutOff | undefined;
}

interface Attempt {
  readonly expected: Index;
  readonly changes: readonly Change[];
  /** What the configuration becomes if it is carried out. */
  readonly target: Configuration;
  /** One of the tries may have been carried out. */
  unsure: boolean;
  tries: number;
}

export interface Operator {
  readonly world: World;
  readonly prng: Prng;
  readonly leftovers: Leftovers;
  readonly requests: Request[];
  readonly aspirants: Aspirants;
  attempt: Attempt | undefined;
  /** A try is under way. */
  waiting: boolean;
  /** Calls made; the last id given. */
  calls: number;
  /** The cluster has as many voters as it is to begin with. */
  formed: boolean;
}

/** Lets the operator begin; the first host must have been bootstrapped. */
export function startOperator(world: World): Operator {
  const operator: Operator = {
    world,
    prng: createPrng(world.plan.seed, 'operator'),
    leftovers: { left: new Set(), doomed: new Set() },
    requests: [],
    aspirants: new Map(),
    attempt: undefined,
    waiting: false,
    calls: 0,
    formed: false,
  };
  const round = (): void => {
    work(operator);
    after(world, world.plan.settings.operatorPeriodMs, round);
  };
  round();
  return operator;
}

/** Asks the operator to bring something about, when it finds the time. */
export function wish({ requests }: Operator, request: Request): boolean {
  if (requests.length >= REQUESTS_MAX) return false;
  requests.push(request);
  return true;
}

/** Configurations that a change under way may lead to. */
export const plannedConfigurations = ({ attempt }: Operator): readonly Configuration[] =>
  attempt === undefined ? [] : [attempt.target];

/** Whether nothing is left to do. */
export const isIdle = (operator: Operator, configuration: Configuration): boolean =>
  operator.attempt === undefined &&
  operator.aspirants.size === 0 &&
  lostMembers(operator.world, configuration).length === 0;

/** What the operator knows of the cluster: a committed, simple configuration, as one member shows it. */
interface View {
  readonly index: Index;
  readonly configuration: Configuration;
}

function work(operator: Operator): void {
  const { world, attempt, waiting } = operator;
  if (waiting) return;
  if (attempt !== undefined) {
    ask(operator, attempt);
    return;
  }
  tidy(world, operator.leftovers, operator.prng);
  const leader = leaderOf(world);
  if (leader !== undefined && hasJustBegun(leader)) hurry(operator, leader);
  const view = look(leader);
  if (leader === undefined || view === undefined) return;
  giveUpRegressed(world, operator.leftovers, view.configuration);
  if (doDuties(operator, leader, view)) return;
  if (world.healed) operator.requests.length = 0;
  const next = operator.requests.shift();
  if (next === undefined) return;
  const seen = next.stale ? look(operator.prng.pick([undefined, ...running(world)])) : view;
  if (seen === undefined) return;
  if (next.stale) world.coverage.administration.changeStale += 1;
  const draft = draftOf(operator, seen);
  const changes = next.wishes.flatMap((one) => changesFor(draft, one));
  begin(operator, seen, changes, next);
}

/** Whether there was something to do that nobody needs to ask for. */
function doDuties(operator: Operator, leader: Process, view: View): boolean {
  const { world, prng } = operator;
  const draft = draftOf(operator, view);
  operator.formed ||= isFormed(world, view.configuration);
  if (!operator.formed && begin(operator, view, form(world.plan, draft))) return true;
  if (begin(operator, view, replace(world, draft, prng))) return true;
  if (begin(operator, view, promoteAspirants(world, draft, leader, prng))) return true;
  return !operator.formed;
}

const draftOf = ({ world, aspirants }: Operator, { configuration }: View): Draft => ({
  settings: world.plan.settings,
  configuration,
  spares: [...spareHosts(world)],
  aspirants,
});

/**
 * Begins a change unless it would leave the cluster without a quorum, or a wrong state in the
 * majority. What nobody asked for has to
 * be valid.
 */
function begin(
  operator: Operator,
  view: View,
  changes: readonly Change[],
  request?: Request,
): boolean {
  const { world } = operator;
  if (changes.length === 0) return false;
  const result = changeConfiguration(view.configuration, changes);
  if (!result.ok && request === undefined) {
    operator.aspirants.clear();
    return false;
  }
  const target = result.ok ? result.configuration : view.configuration;
  if (!isAlive(world, target) || !wouldAgree(world, target)) return false;
  if (changes.length > 1) world.coverage.administration.severalChanges += 1;
  for (const change of changes) {
    world.coverage.change[change.kind] += 1;
    const host = change.kind === 'add' ? hostOf(world, change.directory) : undefined;
    if (host !== undefined) enlist(world, host);
  }
  operator.attempt = { expected: view.index, changes, target, unsure: false, tries: 0 };
  ask(operator, operator.attempt, request?.cutOff);
  return true;
}

/** Asks some member, usually the leader, to carry the change out. */
function ask(operator: Operator, attempt: Attempt, cutOff?: CutOff): void {
  const { world, prng } = operator;
  attempt.tries += 1;
  if (attempt.tries > TRIES_MAX) {
    operator.attempt = undefined;
    return;
  }
  const process = prng.chance(0.9) ? leaderOf(world) : prng.pick([undefined, ...running(world)]);
  if (process === undefined) return;
  if (attempt.unsure) world.coverage.administration.changeRetried += 1;
  if (cutOff !== undefined) isolate(world, process, cutOff);
  operator.waiting = true;
  call(operator, attempt, process, (outcome) => {
    operator.waiting = false;
    conclude(operator, attempt, outcome);
  });
  // Now and then a request arrives twice …
  if (prng.chance(0.1)) call(operator, attempt, process, () => undefined);
  // … or somebody else is too fast.
  if (prng.chance(0.1)) after(world, prng.spread(1, 50), () => hurry(operator, process));
}

/** Whether a leader has committed nothing of its term yet. */
const hasJustBegun = ({ raft }: Process): boolean =>
  raft?.role.kind === 'leader' && raft.commit < raft.role.firstIndex;

/** A harmless change decided on what is in force, committed or not. */
function hurry(operator: Operator, process: Process): void {
  const { world, prng } = operator;
  if (!process.alive || world.healed) return;
  const { configuration, configurationIndex: expected } = process.node.status();
  if (configuration === undefined || configuration.members.length === 0) return;
  world.coverage.administration.changeHasty += 1;
  const { id } = prng.pick(configuration.members);
  const changes: readonly Change[] = [{ kind: 'prioritize', id, priority: prng.between(0, 3) }];
  call(operator, { expected, changes }, process, () => undefined);
}

function isolate(world: World, { host }: Process, { delayMs, forMs }: CutOff): void {
  world.coverage.fault.isolated += 1;
  const begin = (): void => {
    note(world, 'network', () => `h${host.slot} cut off for ${forMs} ms`);
    if (!world.healed) applyFor(world, isolation(host.slot, 'both'), forMs);
  };
  if (delayMs === 0) begin();
  else after(world, delayMs, begin);
}

function call(
  operator: Operator,
  { expected, changes }: Pick<Attempt, 'expected' | 'changes'>,
  process: Process,
  done: (outcome: ChangeOutcome) => void,
): void {
  const { world } = operator;
  const { directory } = process.actor;
  const id = (operator.calls += 1);
  note(world, directory, () => `operator begins ${id}: at ${expected} ${JSON.stringify(changes)}`);
  observe(world, { kind: 'changeInvoked', atMs: nowMs(world), id, expected, changes });
  let open = true;
  const settle = (outcome: ChangeOutcome): void => {
    if (!open) return;
    open = false;
    process.mourners.delete(giveUp);
    note(world, directory, () => `operator ends ${id}: ${JSON.stringify(outcome)}`);
    const index = outcome.kind === 'changed' ? outcome.index : undefined;
    const { kind } = outcome;
    observe(world, { kind: 'changeReturned', atMs: nowMs(world), id, outcome: kind, index });
    done(outcome);
  };
  const giveUp = (): void => {
    settle({ kind: 'unknown' });
  };
  process.mourners.add(giveUp);
  after(world, 2 * world.plan.settings.node.requestTimeoutMs, giveUp);
  deliver(world, process, () => {
    process.node.change(expected, changes, (outcome) => {
      if (process.alive) settle(outcome);
    });
  });
}

function conclude(operator: Operator, attempt: Attempt, outcome: ChangeOutcome): void {
  const { administration } = operator.world.coverage;
  switch (outcome.kind) {
    case 'changed':
      administration.changed += 1;
      operator.attempt = undefined;
      return;
    case 'dropped':
      administration.changeDropped += 1;
      return;
    case 'unknown':
      administration.changeUnknown += 1;
      attempt.unsure = true;
      return;
    case 'refused': {
      administration.changeRefused += 1;
      const { reason } = outcome.refusal;
      const final = reason === 'configurationMoved' || reason === 'invalidChange';
      if (final) operator.attempt = undefined;
      return;
    }
  }
}

/** The process that leads in the highest term. */
export function leaderOf(world: World): Process | undefined {
  let leader: Process | undefined;
  let term = -1;
  for (const process of running(world)) {
    const { raft } = process;
    if (raft?.role.kind !== 'leader' || raft.hardState.term <= term) continue;
    leader = process;
    term = raft.hardState.term;
  }
  return leader;
}

function look(process: Process | undefined): View | undefined {
  if (process === undefined) return undefined;
  const { configuration, configurationIndex, commit } = process.node.status();
  if (configuration === undefined || isJoint(configuration) || configurationIndex > commit) {
    return undefined;
  }
  return { index: configurationIndex, configuration };
}
