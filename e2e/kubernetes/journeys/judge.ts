/** What must hold of a journey. */
import { judgeHistory, type Finding, type SecondOpinion } from '../../chaos/judge.ts';
import { longestGaps } from '../../processes/writers.ts';
import type { History } from '../recorders/history.ts';
import type { Expected } from './journey.ts';
import type { Seen } from './stage.ts';

export interface Travelled {
  readonly seen: readonly Seen[];
  /** How much of it was seen until the cluster had been created. */
  readonly created: number;
  /** When it had been created, in ms of the recorders' clock. */
  readonly createdMs: number;
  readonly history: History;
}

const SHOWN_MAX = 5;

export function judge(
  expected: Expected,
  travelled: Travelled,
  checker?: SecondOpinion,
): readonly Finding[] {
  const { history } = travelled;
  return [
    ...judgeHistory(history, checker),
    finding('no acknowledged write is lost', history.lost.slice(0, SHOWN_MAX)),
    ...gaps(expected, history),
    ...failures(expected, travelled),
    finding('identities come and go as they should', identities(expected, travelled)),
    finding('the resource says what it should', conditions(expected, travelled)),
    ...availability(expected, travelled),
  ];
}

const finding = (claim: string, contradictions: readonly string[]): Finding => ({
  claim,
  contradictions,
});

/** Between two of them that follow each other; Infinity where there are none. */
export const longestMs = (moments: readonly number[]): number =>
  longestGaps(moments, 1)[0]?.lengthMs ?? Infinity;

const gaps = (
  { gapMsMax, serviceGapMsMax = gapMsMax }: Expected,
  { writeMomentsMs }: History,
): readonly Finding[] =>
  Object.entries(writeMomentsMs).map(([way, moments]) => {
    const most = way === 'service' ? serviceGapMsMax : gapMsMax;
    const longest = longestMs(moments);
    const is = `no write for ${Math.round(longest)} ms`;
    return finding(`by ${way}, writes go on within ${most} ms`, longest > most ? [is] : []);
  });

const failures = (
  { faultless }: Expected,
  { history, createdMs }: Travelled,
): readonly Finding[] => {
  if (faultless !== true) return [];
  const late = history.failedWrites.filter(({ atMs }) => atMs > createdMs);
  const texts = late.map(({ way, why }) => `by ${way}: ${why}`);
  return [finding('no write fails after the attempts of a broker', texts.slice(0, SHOWN_MAX))];
};

/** Of all members that there were in any status: how many came, and how many are no more. */
function identities(
  { joins = 0, leaves = 0, passing = 0 }: Expected,
  { seen, created }: Travelled,
): readonly string[] {
  const idsAt = (at: number): ReadonlySet<number> =>
    new Set(seen.at(at)?.cluster.status?.members?.map(({ id }) => id));
  const first = idsAt(created - 1);
  const last = idsAt(-1);
  const ever = new Set(
    seen.slice(created - 1).flatMap(({ cluster }) => {
      return cluster.status?.members?.map(({ id }) => id) ?? [];
    }),
  );
  const came = [...ever].filter((id) => !first.has(id));
  const went = [...ever].filter((id) => !last.has(id));
  const passed = Math.min(came.filter((id) => went.includes(id)).length, passing);
  return [
    ...(came.length - passed === joins
      ? []
      : [`${came.length} came (${came.join()}), not ${joins}`]),
    ...(went.length - passed === leaves
      ? []
      : [`${went.length} went (${went.join()}), not ${leaves}`]),
  ];
}

function conditions(
  { reasons, never = [], stalls }: Expected,
  { seen }: Travelled,
): readonly string[] {
  const said = seen.map(({ cluster }) => cluster.status?.conditions ?? []);
  let at = 0;
  const missing = reasons.filter((reason) => {
    const found = said.findIndex(
      (each, index) => index >= at && each.some((condition) => condition.reason === reason),
    );
    if (found >= 0) at = found;
    return found < 0;
  });
  const stalled = said
    .flat()
    .filter(({ type, status }) => type === 'Stalled' && status === 'True')
    .map(({ type, reason, message }) => `${type}: ${reason}: ${message}`);
  const bad = stalls !== true ? stalled : stalled.length > 0 ? [] : ['it was never Stalled'];
  return [
    ...missing.map((reason) => `${reason} was not said, or not in its turn`),
    ...never
      .filter((reason) => said.flat().some((condition) => condition.reason === reason))
      .map((reason) => `${reason} was said`),
    ...new Set(bad),
  ];
}

function availability({ available }: Expected, { seen, created }: Travelled): readonly Finding[] {
  if (available === undefined) return [];
  const denials = seen
    .slice(created)
    .flatMap(({ cluster }) => cluster.status?.conditions ?? [])
    .filter(({ type, status }) => type === 'Available' && status === 'False')
    .map(({ reason, message }) => `${reason}: ${message}`);
  return available === 'throughout'
    ? [finding('it is Available throughout', [...new Set(denials)])]
    : [
        finding(
          'it is not Available at times',
          denials.length > 0 ? [] : ['it was Available all the time'],
        ),
      ];
}
