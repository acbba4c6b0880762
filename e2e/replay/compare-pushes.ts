/**
 * Compares what was pushed to a broker with what was captured. Of each key the values must come in
 * their captured order; what comes between the keys is left to meta, as long as a shard comes before its
 * segments, and these before their offsets. What was pushed already may be pushed again, and so may what
 * was pushed to another broker: who registers is told what it may have missed. What the original pushed
 * twice need not come twice, but for members of groups, which brokers append.
 */
import { canonical } from '../broker/canonical.ts';
import type { Comparison } from './compare.ts';
import type { Push } from './content.ts';
import type { Difference } from './difference.ts';

export interface CapturedPush extends Push {
  readonly index: number;
}

export type PushVerdict =
  | { readonly kind: 'missing'; readonly push: CapturedPush }
  | { readonly kind: 'equal'; readonly push: CapturedPush; readonly ours: Push }
  | {
      readonly kind: 'differs';
      readonly push: CapturedPush;
      readonly ours: Push;
      readonly differences: readonly Difference[];
    }
  | { readonly kind: 'repeated' | 'unexpected'; readonly push: Push };

/** Compares all pushes of one broker. `elsewhere`: what was captured of other ones. */
export function comparePushes(
  captured: readonly CapturedPush[],
  received: readonly Push[],
  comparison: Comparison,
  elsewhere: readonly CapturedPush[] = [],
): readonly PushVerdict[] {
  const keys = new Set([...captured, ...received].map(rowOf));
  return [...keys].flatMap((row) =>
    compareRow(
      captured.filter((push) => rowOf(push) === row),
      received.filter((push) => rowOf(push) === row),
      comparison,
      elsewhere.filter((push) => rowOf(push) === row),
    ),
  );
}

/** Whether it must come though the one before has come. */
const isNew = (push: Push | undefined, previous: Push | undefined): boolean =>
  push?.resource === 'ShareGroupMember' || push === undefined || !isRepeated(push, previous);

const rowOf = ({ resource, key }: Push): string => `${resource} ${key}`;

function compareRow(
  captured: readonly CapturedPush[],
  received: readonly Push[],
  comparison: Comparison,
  elsewhere: readonly CapturedPush[],
): readonly PushVerdict[] {
  const verdicts: PushVerdict[] = [];
  const differences = (push: CapturedPush, ours: Push): readonly Difference[] =>
    comparison.differences(push.resource, push.value, ours.value);
  const same = (push: CapturedPush, ours: Push): boolean =>
    push.action === ours.action && differences(push, ours).length === 0;
  const missing = (from: number, to?: number): readonly PushVerdict[] =>
    captured
      .slice(from, to)
      .filter((push, at) => isNew(push, captured[from + at - 1]))
      .map((push) => ({ kind: 'missing', push }));
  let next = 0;
  let latest: CapturedPush | undefined;
  let previous: Push | undefined;
  for (const ours of received) {
    const hit = captured.findIndex((push, at) => at >= next && same(push, ours));
    const push = captured[hit];
    let expected = next;
    while (!isNew(captured[expected], captured[expected - 1])) expected += 1;
    const awaited = captured[expected];
    if (push !== undefined) {
      verdicts.push(...missing(next, hit));
      comparison.take(push.resource, push.value, ours.value);
      verdicts.push({ kind: 'equal', push, ours });
      latest = push;
      next = hit + 1;
    } else if (
      isRepeated(ours, previous) ||
      (latest !== undefined && same(latest, ours)) ||
      elsewhere.some((each) => same(each, ours))
    ) {
      verdicts.push({ kind: 'repeated', push: ours });
    } else if (awaited?.action === ours.action) {
      const found = differences(awaited, ours);
      verdicts.push({ kind: 'differs', push: awaited, ours, differences: found });
      next = expected + 1;
    } else verdicts.push({ kind: 'unexpected', push: ours });
    previous = ours;
  }
  return [...verdicts, ...missing(next)];
}

/**
 * Of what nobody expected at a broker, what another one was told as expected is a repetition, too: also
 * where it is not as it was captured.
 */
export function takeAsRepeated(
  verdicts: readonly (readonly PushVerdict[])[],
): readonly (readonly PushVerdict[])[] {
  const told = new Set(
    verdicts.flat().flatMap((verdict) => ('ours' in verdict ? [textOf(verdict.ours)] : [])),
  );
  return verdicts.map((each) =>
    each.map((verdict) =>
      verdict.kind === 'unexpected' && told.has(textOf(verdict.push))
        ? { ...verdict, kind: 'repeated' }
        : verdict,
    ),
  );
}

const textOf = (push: Push): string => `${rowOf(push)} ${push.action} ${canonical(push.value)}`;

const isRepeated = (push: Push, previous: Push | undefined): boolean =>
  previous?.action === push.action && canonical(previous.value) === canonical(push.value);
