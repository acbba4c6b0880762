/** Compares the reply of a call with the captured one. */
import { status } from '@grpc/grpc-js';
import type { Attempt } from '../broker/attempt.ts';
import type { CapturedCall } from './capture.ts';
import type { Comparison } from './compare.ts';
import { isResource, replyContent, rpcName, type Named } from './content.ts';
import type { Difference } from './difference.ts';
import type { Outcome } from './findings.ts';
import type { Translation } from './translation.ts';

export function compareReply(
  { index, rpc, replies, failure }: CapturedCall,
  ours: Attempt,
  comparison: Comparison,
  translation: Translation,
): Outcome {
  const what = rpcName(rpc);
  const outcome = (differences: readonly Difference[]): Outcome => ({
    what,
    kind: differences.length === 0 ? 'equal' : 'differs',
    findings: differences.map((each) => ({ ...each, index, what })),
  });
  const captured = failure === undefined ? 'OK' : `${failure.status}: ${failure.details}`;
  if (ours.kind === 'failed') {
    if (ours.code === status.UNIMPLEMENTED) return { what, kind: 'not served', findings: [] };
    const text = `${status[ours.code]}: ${ours.details}`;
    return outcome(text === captured ? [] : [{ field: 'status', at: '', captured, ours: text }]);
  }
  if (failure !== undefined) return outcome([{ field: 'status', at: '', captured, ours: 'OK' }]);
  const [expected, actual] = inSharedOrder(
    translated(replyContent(rpc, replies), translation),
    replyContent(rpc, ours.messages),
  );
  const differences = comparison.differences(expected.name, expected.value, actual.value);
  comparison.take(expected.name, expected.value, actual.value);
  return outcome(differences);
}

/** Rows, as they are expected here. */
function translated({ name, value }: Named, translation: Translation): Named {
  if (!isResource(name) || typeof value !== 'object' || value === null) return { name, value };
  const rows = Object.entries(value).map(([key, each]) => [
    key,
    key === 'order' ? (each as unknown) : translation.row(name, each),
  ]);
  return { name, value: Object.fromEntries(rows) as unknown };
}

interface Ordered {
  readonly order: readonly string[];
}

const isOrdered = (value: unknown): value is Ordered =>
  typeof value === 'object' && value !== null && 'order' in value;

/** A row that only one of them has is told by itself, and makes no other order of the rest. */
function inSharedOrder(expected: Named, actual: Named): readonly [Named, Named] {
  const [these, those] = [expected.value, actual.value];
  if (!isOrdered(these) || !isOrdered(those)) return [expected, actual];
  const shared = (own: Ordered, other: Ordered): Ordered => ({
    ...own,
    order: own.order.filter((key) => other.order.includes(key)),
  });
  return [
    { ...expected, value: shared(these, those) },
    { ...actual, value: shared(those, these) },
  ];
}
