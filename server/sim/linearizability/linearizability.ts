/**
 * Whether clients saw one map: every operation looks as if it happened at one moment between its
 * invocation and its return (Herlihy and Wing, 1990). Keys are independent objects, and a history is
 * linearizable if each object's is, so each key is searched by itself.
 */
import type { TimedOperation } from './history.ts';
import { searchOrder, type Impasse } from './linearization-search.ts';

export type Verdict =
  | { readonly kind: 'linearizable'; readonly steps: number }
  | { readonly kind: 'violated'; readonly key: string; readonly explanation: string }
  /** The bound was reached before an answer: neither good nor bad, so an error of the check. */
  | { readonly kind: 'undecided'; readonly key: string; readonly steps: number };

/** Steps per key before the check gives up; one key of a usual run takes a thousand. */
const STEPS_MAX = 1_000_000;

/** How many operations before an impasse an explanation shows. */
const SHOWN_MAX = 6;

/** Judges a history in which operations with an unknown outcome return at Infinity. */
export function checkLinearizability(
  operations: readonly TimedOperation[],
  stepsMax = STEPS_MAX,
): Verdict {
  const byKey = Map.groupBy(operations, ({ operation }) => operation.key);
  let undecided: Verdict | undefined;
  let steps = 0;
  for (const [key, ofKey] of byKey) {
    const result = searchOrder(ofKey, stepsMax);
    steps += result.steps;
    switch (result.kind) {
      case 'found':
        break;
      case 'impossible':
        return { kind: 'violated', key, explanation: explain(key, result.impasse) };
      case 'undecided':
        undecided = { kind: 'undecided', key, steps: result.steps };
        break;
    }
  }
  return undecided ?? { kind: 'linearizable', steps };
}

function explain(key: string, { order, value, next }: Impasse): string {
  const shown = order.slice(-SHOWN_MAX);
  const omitted = order.length - shown.length;
  return [
    `key ${key}: ${order.length} operations can be ordered, then none of the next ones fits`,
    ...(omitted > 0 ? [`  … ${omitted} operations before`] : []),
    ...shown.map((timed) => `  then ${show(timed)}`),
    `  value ${JSON.stringify(abbreviate(value))}`,
    ...next.map((timed) => `  stuck ${show(timed)}`),
  ].join('\n');
}

function show({ id, client, operation, invoked, returned, result }: TimedOperation): string {
  const span = `#${id} client ${client} [${invoked}, ${returned === Infinity ? '∞' : returned}]`;
  const outcome = returned === Infinity ? '?' : JSON.stringify(abbreviate(result ?? null));
  switch (operation.kind) {
    case 'get':
      return `${span} get = ${outcome}`;
    case 'put':
      return `${span} put ${operation.value}${returned === Infinity ? ' = ?' : ''}`;
    case 'append':
      return `${span} append ${operation.token} = ${outcome}`;
    case 'compareAndSwap':
      return `${span} compareAndSwap ${operation.from} → ${operation.to} = ${outcome}`;
  }
}

/** The end of a value tells more than its beginning: appends grow it there. */
function abbreviate<Value>(value: Value): Value | string {
  return typeof value === 'string' && value.length > 60 ? `…${value.slice(-60)}` : value;
}
