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
  | { readonly kind: 'underWay'; readonly tries: Tries }
  /** Published, or given up: what is left is to have the state know. */
  | { readonly kind: 'over' }
  | { readonly kind: 'again'; readonly tries: Tries; readonly notBeforeMs?: number };

interface Tries {
  readonly count: number;
  /** How often a broker answered that it did not. */
  readonly refusals: number;
}

/** Wills that brokers are asked to publish at once. */
const UNDER_WAY_MAX = 64;
/** What brokers refuse so often, there is nothing left of to publish. */
const REFUSALS_MAX = 10;
const PAUSE_MS = 1_000;

export interface WillCourier extends Duty {
  /** From now on nobody is asked: whoever leads next would ask again about what is under way. */
  rest(): Rest;
}

export interface Rest {
  /** `done` is called once, maybe at once: nobody is being asked, and the state knows what is over. */
  quiet(done: () => void): void;
  end(): void;
}

/**
 * One for all leads of a process: what it was told of a will counts in the next lead as well.
 *
 * @param told what came of asking a broker, each time.
 */
export function createWillCourier(
  told: (published: boolean) => void = () => undefined,
): WillCourier {
  const fates = new Map<string, Fate>();
  const rests = createRests(() => [...fates.values()].every(({ kind }) => kind === 'again'));

  function see({ records, nowMs }: Moment, due: Will): Call | 'over' | undefined {
    const { id } = due;
    const fate = fates.get(id);
    if (fate?.kind === 'over') return 'over';
    if (fate?.kind === 'underWay') return undefined;
    const tries = fate?.tries ?? { count: 0, refusals: 0 };
    if (fate !== undefined && fate.notBeforeMs === undefined) {
      fates.set(id, { ...fate, notBeforeMs: nowMs + PAUSE_MS });
      return undefined;
    }
    if (nowMs < (fate?.notBeforeMs ?? nowMs) || rests.any()) return undefined;
    const to = chooseBroker(brokersById(records), id, tries.count);
    if (to === undefined) return undefined;
    fates.set(id, { kind: 'underWay', tries: { ...tries, count: tries.count + 1 } });
    return { kind: 'call', name: id, to, request: { kind: 'publishWill', will: due } };
  }

  return {
    goesOn: true,
    look: (moment) => {
      const calls: Call[] = [];
      const over: string[] = [];
      const wills = take(moment.records.list(will, []), UNDER_WAY_MAX);
      for (const each of wills) {
        const seen = see(moment, each);
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
      told(answer.kind === 'done');
      const refusals = tries.refusals + (answer.kind === 'refused' ? 1 : 0);
      const isOver = answer.kind === 'done' || refusals >= REFUSALS_MAX;
      fates.set(id, isOver ? { kind: 'over' } : { kind: 'again', tries: { ...tries, refusals } });
      rests.look();
    },
    rest: () => rests.begin(),
  };
}

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
