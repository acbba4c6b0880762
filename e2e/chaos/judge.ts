/** What must hold of a run, whatever was done to the cluster. */
import {
  checkLinearizability,
  type Verdict,
} from '../../server/sim/linearizability/linearizability.ts';
import { rowKey } from '../../server/state/row-keys.ts';
import { missingFrom } from '../processes/rows.ts';
import type { Evidence } from './evidence.ts';

interface Check<Of = Evidence> {
  readonly claim: string;
  /** What contradicts the claim, one text each. */
  readonly contradictions: (evidence: Of) => readonly string[];
}

/** Of evidence, what clients saw on keys that they share. */
type History = Pick<Evidence, 'operations'>;

/** A claim, and what was found. */
export interface Finding {
  readonly claim: string;
  readonly contradictions: readonly string[];
}

const SHOWN_MAX = 5;

const LINEARIZABLE: Check<History> = {
  claim: 'what clients saw is linearizable',
  contradictions: notLinearizable,
};

const CHECKS: readonly Check[] = [
  LINEARIZABLE,
  { claim: 'no acknowledged write is lost', contradictions: lostWrites },
  { claim: 'all members hold the same state', contradictions: differences },
  { claim: 'no member ended or stopped by itself', contradictions: ({ accidents }) => accidents },
  { claim: 'the cluster healed', contradictions: ({ unhealed }) => unhealed },
  { claim: 'the faults struck', contradictions: ({ missing }) => missing },
];

/** Another checker of histories. */
export type SecondOpinion = (operations: Evidence['operations']) => Verdict['kind'];

/**
 * Checks everything; a run is good when nothing contradicts any claim.
 *
 * @param ask a checker that must agree with ours.
 */
export const judge = (evidence: Evidence, ask?: SecondOpinion): readonly Finding[] =>
  check([...CHECKS, ...agreement(ask)], evidence);

/** Checks a history alone. */
export const judgeHistory = (history: History, ask?: SecondOpinion): readonly Finding[] =>
  check([LINEARIZABLE, ...agreement(ask)], history);

const agreement = (ask: SecondOpinion | undefined): readonly Check<History>[] =>
  ask === undefined ? [] : [agreementWith(ask)];

const check = <Of>(checks: readonly Check<Of>[], evidence: Of): readonly Finding[] =>
  checks.map(({ claim, contradictions }) => ({ claim, contradictions: contradictions(evidence) }));

const agreementWith = (ask: SecondOpinion): Check<History> => ({
  claim: 'both checkers of histories agree',
  contradictions: ({ operations }) => {
    const [own, other] = [checkLinearizability(operations).kind, ask(operations)];
    return own === other ? [] : [`one says ${own}, the other ${other}`];
  },
});

export const isGood = (findings: readonly Finding[]): boolean =>
  findings.every(({ contradictions }) => contradictions.length === 0);

function notLinearizable({ operations }: History): readonly string[] {
  const verdict = checkLinearizability(operations);
  switch (verdict.kind) {
    case 'linearizable':
      return [];
    case 'violated':
      return [verdict.explanation];
    case 'undecided':
      return [`key ${verdict.key}: no answer within ${verdict.steps} steps`];
  }
}

function lostWrites({ states, acknowledged }: Evidence): readonly string[] {
  return states.flatMap((state) => {
    const lost = missingFrom(state, acknowledged, (key) => rowKey('kv', key));
    return lost.length === 0 ? [] : [`${state.name} lacks ${lost.length}: ${some(lost)}`];
  });
}

function differences({ states }: Evidence): readonly string[] {
  const [first, ...others] = states;
  if (first === undefined) return ['no member could be asked'];
  return others.flatMap(({ name, appliedIndex, rows }) => {
    const moved = appliedIndex === first.appliedIndex ? [] : ['applied index'];
    const keys = new Set([...first.rows.keys(), ...rows.keys()]);
    const unequal = [...keys].filter((key) => first.rows.get(key) !== rows.get(key));
    const what = [...moved, ...unequal];
    return what.length === 0 ? [] : [`${name} and ${first.name} differ in ${some(what)}`];
  });
}

function some(list: readonly string[]): string {
  const rest = list.length - SHOWN_MAX;
  return list.slice(0, SHOWN_MAX).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
