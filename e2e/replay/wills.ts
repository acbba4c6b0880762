/** Whether the wills of clients were published. */
import { BrokerServiceService as BrokerRpcs } from '../../proto/gen/broker/broker.ts';
import type { CapturedCall } from './capture.ts';
import type { Outcome } from './findings.ts';
import type { Stage } from './stage.ts';

const { path, requestDeserialize } = BrokerRpcs.sendLastWillMessage;

const capturedIn = (calls: readonly CapturedCall[]): ReadonlySet<string> =>
  new Set(
    calls
      .filter(({ rpc }) => rpc === path)
      .flatMap(({ request }) => requestDeserialize(request).items)
      .map(({ tenant, clientId }) => `${tenant}/${clientId}`),
  );

const toldOf = ({ brokers }: Stage): readonly string[] =>
  [...brokers.values()].flatMap(({ wills }) => wills);

/** Whether brokers were told to publish all that were captured. */
export function areWillsTold(calls: readonly CapturedCall[], stage: Stage): boolean {
  const told = new Set(toldOf(stage));
  return [...capturedIn(calls)].every((will) => told.has(will));
}

/** A will is published once, by any broker; the original told all of them. */
export function willsOf(calls: readonly CapturedCall[], stage: Stage): readonly Outcome[] {
  const captured = capturedIn(calls);
  const told = toldOf(stage);
  return [...new Set([...captured, ...told])].map((will) => {
    const what = 'SendLastWillMessage';
    const ours = told.filter((each) => each === will).length;
    const expected = captured.has(will) ? 1 : 0;
    if (ours === expected) return { what, kind: 'equal', findings: [] };
    const finding = {
      index: undefined,
      what,
      field: 'times told',
      at: will,
      captured: expected,
      ours,
    };
    return { what, kind: 'differs', findings: [finding] };
  });
}
