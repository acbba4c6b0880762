/** What processes of brokers have been told, beside what the log has for them. */
import { node } from '../../state/registry/node.ts';
import type { Push } from '../../state/resources/push.ts';
import type { RecordsView } from '../../state/resources/records.ts';
import { readTold } from '../../state/resources/told.ts';
import { createBrokerCache } from '../brokers/broker-cache.ts';
import type { CachedRows } from '../brokers/broker-cache.ts';
import type { BrokerEvent, BrokerLife, Observation, Place } from '../observation.ts';
import { createBrokerState } from './broker-state.ts';
import type { BrokerChange } from './broker-state.ts';
import { createToldLog } from './told-log.ts';
import type { ToldLog } from './told-log.ts';

/** One process of a broker, and the log. */
export interface ToldBroker extends BrokerLife {
  readonly rows: CachedRows;
  /** What was wrong with what it was told now. */
  readonly problem: string | undefined;
  /** It has listed what there was, and was told all that the log has told since. */
  readonly isUpToDate: boolean;
  /** What is gone was dropped before it was told of it: nobody can make it good but a restart. */
  readonly missed: boolean;
  /** What one knows that was told everything, once and in order. */
  readonly ideal: CachedRows;
  /** What there is; live. */
  readonly state: {
    readonly rows: ReadonlyMap<string, Uint8Array>;
    readonly records: RecordsView | undefined;
  };
}

/** How far a process is, in all that the log told. */
interface Progress {
  /** Up to where it was told last; undefined: it was told nothing. */
  through: number | undefined;
  /** What it has listed it had put over what it was told: from here on it is to be told, or told again. */
  owed: number | undefined;
  /** The entry by which it is registered. */
  registered: number;
  /** Whether it was told last as itself, and not in the place of the process before. */
  isItself: boolean;
  lead: number;
  /** What it was told last was made from the state: nobody can tell whether that was all. */
  looksBack: boolean;
  /**
   * How far it was when it began to be told from the state: each part of that was as it was when it was
   * sent, so of what went meanwhile it may have been told before that it is there.
   */
  lookedBackFrom: number;
  hasListed: boolean;
  missed: boolean;
  /** The lines that came last. */
  span: Span | undefined;
}

/** Lines that came together. */
interface Span {
  /** Who told them, since when. */
  readonly lane: string;
  readonly first: number;
  readonly last: number;
}

/** Takes observations in order; returns what is known of a process when it is told something, or at rest. */
export function createToldBrokers(): (observation: Observation) => ToldBroker | undefined {
  const take = createBrokerState();
  const ideal = createBrokerCache();
  const log = createToldLog();
  const processes = new Map<string, Progress>();
  /** By broker: the entries by which it came, went or registered again. */
  const comings = new Map<number, number[]>();
  let last: BrokerChange | undefined;

  function progressOf({ broker, startS }: BrokerLife): Progress {
    const name = `${broker} ${startS}`;
    const known = processes.get(name) ?? begin();
    processes.set(name, known);
    return known;
  }

  function apply(change: BrokerChange, pushes: readonly Push[]): void {
    last = change;
    log.append(change.index, pushes);
    for (const push of pushes) ideal.receive(push);
    for (const { before, after } of change.of(node)) {
      const broker = Number((after ?? before)?.node_id);
      comings.set(broker, [...(comings.get(broker) ?? []), change.index]);
      if (after === undefined) continue;
      const progress = progressOf({ broker: Number(after.node_id), startS: after.start_time });
      progress.registered = Math.min(progress.registered, change.index);
    }
  }

  return (observation) => {
    const change = take(observation);
    if (change !== undefined && observation.kind === 'applied') apply(change, observation.pushes);
    if (observation.kind !== 'broker') return undefined;
    const { event } = observation;
    if (event.kind === 'listed') {
      const progress = progressOf(event);
      progress.owed = Math.min(progress.owed ?? Infinity, log.through(event.index));
      progress.hasListed = event.isLast;
    }
    if (event.kind !== 'told' && event.kind !== 'atRest') return undefined;
    const { broker, startS, rows } = event;
    const progress = progressOf(event);
    const { droppedIndex = 0 } = readTold((row) => last?.rows.get(row)) ?? {};
    const problem =
      event.kind === 'told'
        ? (tell(progress, log, event, droppedIndex) ??
          tellOnce(progress, log, event, comings.get(broker) ?? []))
        : undefined;
    const isUpToDate = event.kind === 'atRest' || hasAll(progress, log, broker);
    const { missed } = progress;
    const state = { rows: last?.rows ?? new Map(), records: last?.records };
    return { broker, startS, rows, problem, isUpToDate, missed, ideal: ideal.rows, state };
  };
}

const begin = (): Progress => ({
  ...{ through: undefined, owed: undefined, registered: Infinity, lead: 0 },
  ...{ isItself: false, looksBack: false, lookedBackFrom: 0 },
  ...{ hasListed: false, missed: false, span: undefined },
});

function hasAll(progress: Progress, log: ToldLog, broker: number): boolean {
  const { through, isItself, looksBack, hasListed } = progress;
  const isTold = through !== undefined && log.next(through, broker) === log.length();
  return isTold && hasListed && isItself && !looksBack;
}

/** @param droppedIndex up to this entry nobody knows what is gone. @returns what is wrong with it. */
function tell(
  progress: Progress,
  log: ToldLog,
  { broker, update }: Extract<BrokerEvent, { kind: 'told' }>,
  droppedIndex: number,
): string | undefined {
  const { lead, appliedTo, turnedTo, records } = update;
  if (lead < progress.lead) return `a leader of term ${lead}, long overtaken, told it`;
  progress.lead = lead;
  progress.isItself = turnedTo >= progress.registered;
  for (const [at, { place }] of records.entries()) {
    if (place !== undefined) {
      const problem = tellLine(progress, log, broker, place);
      if (problem !== undefined) return problem;
    } else if (records[at + 1]?.place === undefined) {
      if (!progress.looksBack) progress.lookedBackFrom = progress.through ?? log.through(appliedTo);
      if (log.through(droppedIndex) > progress.lookedBackFrom) progress.missed = true;
      // Made from the state, as that was when it was sent at the latest: lines go on from there.
      progress.through = log.through(appliedTo);
      progress.looksBack = true;
      if (progress.isItself) progress.owed = undefined;
    }
  }
  return undefined;
}

function tellLine(
  progress: Progress,
  log: ToldLog,
  broker: number,
  place: Place,
): string | undefined {
  const ordinal = log.ordinalOf(place);
  const { through = Infinity, owed = Infinity, isItself } = progress;
  progress.through = ordinal;
  progress.looksBack = false;
  const nextOwed = log.next(owed, broker);
  const expected = Math.min(log.next(through, broker), isItself ? nextOwed : Infinity);
  if (isItself || ordinal <= nextOwed) progress.owed = undefined;
  if (ordinal <= expected) return undefined;
  return `it was told ${log.describe(ordinal)}, and not ${log.describe(expected)}`;
}

/**
 * One batch is under way at a time: a leader goes on behind it when it is acknowledged, and begins with
 * it again when nobody knows. It looks at how far that is replicated only when the broker has registered.
 *
 * @param comings see `createToldBrokers`. @returns what was told again for nothing.
 */
function tellOnce(
  progress: Progress,
  log: ToldLog,
  { update: { by, lead, turnedTo, records } }: Extract<BrokerEvent, { kind: 'told' }>,
  comings: readonly number[],
): string | undefined {
  const lines = records.flatMap(({ place }) => (place === undefined ? [] : log.ordinalOf(place)));
  const [first] = lines;
  const last = lines.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const twice = lines.find((line, at) => line <= (lines[at - 1] ?? -1));
  if (twice !== undefined) return `it was told ${log.describe(twice)} twice at once`;
  const came = comings.filter((index) => index <= turnedTo).length;
  const { span } = progress;
  const lane = `${by.directory} ${lead} ${came}`;
  progress.span = { lane, first, last };
  if (span?.lane !== lane || first === span.first || first > span.last) return undefined;
  return `it was told ${log.describe(first)} again, and had acknowledged it`;
}
