/**
 * Each will goes to one broker, and to another only when that has not published it, or when nobody can
 * tell: brokers publish what they are told, each time.
 */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import { brokersById } from '../../state/registry/node.ts';
import { forgetWills, will } from '../../state/registry/will.ts';
import type { Will } from '../../state/registry/will.ts';
import { propose } from './duty.ts';
import type { Call, Duty, Moment, Proposal } from './duty.ts';
import { take } from './take.ts';

/** What has become of a will so far. */
type Fate =
  | { readonly kind: 'underWay'; readonly to: bigint; readonly tries: Tries }
  /** Published, or given up: what is left is to have the state know. */
  | { readonly kind: 'over' }
  | { readonly kind: 'again'; readonly tries: Tries; readonly notBeforeMs?: number };

interface Tries {
  readonly count: number;
  /** How often a broker answered that it did not. */
  readonly refusals: number;
}

/** Wills that are looked at: those that wait for a broker hold up no others. */
const LOOKED_AT_MAX = 256;
/** Wills that one broker is asked to publish at once: it may hold each call for a minute. */
const UNDER_WAY_MAX = 32;
/**
 * What brokers refuse so often, there is nothing left of to publish. With pauses that double, that is after
 * four minutes: what it takes to publish one may have to find another leader first.
 */
const REFUSALS_MAX = 10;
const PAUSE_MS = 1_000;
const PAUSE_MS_MAX = 60_000;

export interface WillCourier extends Duty {
  /** From now on nobody is asked: whoever leads next would ask again about what is under way. */
  rest(): Rest;
}

/** Hears of wills. */
export interface WillListener {
  /** What came of asking a broker, each time. */
  answered(published: boolean): void;
  /** Brokers refused it too often: nobody publishes it. */
  givenUp(will: Will): void;
}

const NOBODY: WillListener = { answered: () => undefined, givenUp: () => undefined };

export interface Rest {
  /** `done` is called once, maybe at once: nobody is being asked, and the state knows what is over. */
  quiet(done: () => void): void;
  end(): void;
}

/** One for all leads of a process: what it was told of a will counts in the next lead as well. */
export function createWillCourier(listener: WillListener = NOBODY): WillCourier {
  const fates = new Map<string, Fate>();
  const rests = createRests(() => [...fates.values()].every(({ kind }) => kind === 'again'));

  function see({ nowMs }: Moment, brokers: Brokers, due: Will): Call | 'over' | undefined {
    const { id } = due;
    const fate = fates.get(id);
    if (fate?.kind === 'over') return 'over';
    if (fate?.kind === 'underWay') return undefined;
    const tries = fate?.tries ?? { count: 0, refusals: 0 };
    if (tries.refusals >= REFUSALS_MAX) {
      fates.set(id, { kind: 'over' });
      listener.givenUp(due);
      return 'over';
    }
    if (fate !== undefined && fate.notBeforeMs === undefined) {
      fates.set(id, { ...fate, notBeforeMs: nowMs + pauseMs(tries) });
      return undefined;
    }
    if (nowMs < (fate?.notBeforeMs ?? nowMs) || rests.any()) return undefined;
    const { all, underWay } = brokers;
    const able = all.filter(({ node_id }) => (underWay.get(node_id) ?? 0) < UNDER_WAY_MAX);
    const to = chooseBroker(able, id, tries.count);
    if (to === undefined) return undefined;
    fates.set(id, {
      ...{ kind: 'underWay', to: to.node_id },
      tries: { ...tries, count: tries.count + 1 },
    });
    count(underWay, to.node_id);
    return {
      ...{ kind: 'call', name: id, to, asLeader: true },
      request: { kind: 'publishWill', will: due },
    };
  }

  return {
    goesOn: true,
    look: (moment) => {
      const calls: Call[] = [];
      const over: string[] = [];
      const wills = take(moment.records.list(will, []), LOOKED_AT_MAX);
      const brokers: Brokers = {
        all: wills.length === 0 ? [] : brokersById(moment.records),
        underWay: underWayIn(fates.values()),
      };
      for (const each of wills) {
        const seen = see(moment, brokers, each);
        if (seen === 'over') over.push(each.id);
        else if (seen !== undefined) calls.push(seen);
      }
      const there = new Set(wills.map(({ id }) => id));
      for (const [id, { kind }] of fates) {
        if (kind !== 'underWay' && !there.has(id)) fates.delete(id);
      }
      rests.look();
      const done: readonly Proposal[] = over.length === 0 ? [] : [propose('', forgetWills, over)];
      return [...calls, ...done];
    },
    answered: (id, answer) => {
      const fate = fates.get(id);
      if (fate?.kind !== 'underWay') return;
      const { tries } = fate;
      const isOver = answer.kind === 'done';
      listener.answered(isOver);
      const refusals = tries.refusals + (answer.kind === 'refused' ? 1 : 0);
      fates.set(id, isOver ? { kind: 'over' } : { kind: 'again', tries: { ...tries, refusals } });
      rests.look();
    },
    rest: () => rests.begin(),
  };
}

/** Those that may be asked in one look. */
interface Brokers {
  readonly all: readonly BrokerNode[];
  readonly underWay: Map<bigint, number>;
}

/** How many wills each broker is being asked to publish. */
function underWayIn(fates: Iterable<Fate>): Map<bigint, number> {
  const counts = new Map<bigint, number>();
  for (const fate of fates) if (fate.kind === 'underWay') count(counts, fate.to);
  return counts;
}

function count(counts: Map<bigint, number>, broker: bigint): void {
  counts.set(broker, (counts.get(broker) ?? 0) + 1);
}

const pauseMs = ({ refusals }: Tries): number =>
  Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** Math.max(0, refusals - 1));

/** Another one for each will, and for each try. */
function chooseBroker(
  able: readonly BrokerNode[],
  id: string,
  tried: number,
): BrokerNode | undefined {
  const at = Number(id.replace('-', '').slice(-12));
  return able[(at + tried) % Math.max(1, able.length)];
}

interface Rests {
  any(): boolean;
  begin(): Rest;
  /** After anything that may have made it quiet. */
  look(): void;
}

function createRests(isQuiet: () => boolean): Rests {
  const rests = new Set<Rest>();
  let waiting: (() => void)[] = [];
  const look = (): void => {
    if (waiting.length === 0 || !isQuiet()) return;
    const all = waiting;
    waiting = [];
    for (const done of all) done();
  };
  return {
    any: () => rests.size > 0,
    look,
    begin: () => {
      const rest: Rest = {
        quiet: (done) => {
          waiting.push(done);
          look();
        },
        end: () => void rests.delete(rest),
      };
      rests.add(rest);
      return rest;
    },
  };
}
