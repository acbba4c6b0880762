import type { Observation } from '../observation.ts';
import { plan } from '../plan.ts';
import type { Decision } from '../plan.ts';

/** The decision once the status has been written, and the status that was written on the way. */
export function settledDecision(observation: Observation): {
  readonly decision: Decision;
  readonly observation: Observation;
} {
  const decision = plan(observation);
  if (decision.kind !== 'act' || decision.action.kind !== 'write-status') {
    return { decision, observation };
  }
  const { status } = decision.action;
  const after = { ...observation, cluster: { ...observation.cluster, status } };
  return { decision: plan(after), observation: after };
}

/** What is done, or why not, as one line. */
export function told(observation: Observation): string {
  const { decision } = settledDecision(observation);
  switch (decision.kind) {
    case 'settled':
      return 'settled';
    case 'wait':
      return `wait ${decision.reason}: ${decision.message}`;
    case 'act':
      return `${decision.reason}: ${JSON.stringify(decision.action)}`;
  }
}
