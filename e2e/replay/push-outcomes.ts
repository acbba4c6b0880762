/** What became of pushes, from what their comparison says. */
import type { CapturedPush, PushVerdict } from './compare-pushes.ts';
import type { Push } from './content.ts';
import type { Finding, Outcome } from './findings.ts';
import { orderFaults } from './push-order.ts';
import type { StagedBroker } from './stage.ts';

/** Of a push that was captured once, the best that any broker has to say of it. */
export function bestOf(verdicts: readonly (readonly PushVerdict[])[]): readonly PushVerdict[] {
  const [first = [], ...others] = verdicts;
  if (others.length === 0) return first;
  const rank = ['equal', 'differs', 'missing'];
  const best = new Map<object, PushVerdict>();
  const rest: PushVerdict[] = [];
  for (const verdict of verdicts.flat()) {
    if (verdict.kind === 'repeated' || verdict.kind === 'unexpected') rest.push(verdict);
    else {
      const known = best.get(verdict.push);
      const better = known === undefined || rank.indexOf(verdict.kind) < rank.indexOf(known.kind);
      if (better) best.set(verdict.push, verdict);
    }
  }
  return [...best.values(), ...rest];
}

const whatOf = ({ resource, action }: Push): string => `push ${resource} ${action}`;

/** That it did not come. */
export const missing = (push: CapturedPush): Finding => ({
  ...{ index: push.index, what: whatOf(push), field: 'missing', at: push.key },
  ...{ captured: push.value, ours: undefined },
});

/** What a verdict comes to. */
export function outcomeOf(verdict: PushVerdict): Outcome {
  const { key, value } = verdict.push;
  const what = whatOf(verdict.push);
  const { kind } = verdict;
  switch (verdict.kind) {
    case 'equal':
    case 'repeated':
      return { what, kind, findings: [] };
    case 'missing':
      return { what, kind, findings: [missing(verdict.push)] };
    case 'unexpected': {
      const finding = { what, field: 'unexpected', at: key, captured: undefined, ours: value };
      return { what, kind, findings: [{ ...finding, index: undefined }] };
    }
    case 'differs': {
      const { index } = verdict.push;
      const findings = verdict.differences.map((each) => ({
        ...each,
        at: `${key} ${each.at}`.trimEnd(),
        what,
        index,
      }));
      return { what, kind, findings };
    }
  }
}

/** Whether a broker could take what it got in that order. */
export function orderOf({ id, received }: StagedBroker): Outcome {
  const what = 'push order';
  const findings = orderFaults(received).map((fault) => ({
    ...{ index: undefined, what, field: 'order', at: `broker ${id}` },
    captured: undefined,
    ours: fault,
  }));
  return { what, kind: findings.length === 0 ? 'equal' : 'differs', findings };
}
