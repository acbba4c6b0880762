/** Decisions as one line each, so that specs read as tables. */
import type { Change } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Action } from '../action.ts';
import type { Observation } from '../observation.ts';
import { plan } from '../plan.ts';
import type { Decision } from '../plan.ts';
import { seen } from './seen.ts';
import type { Words } from './seen.ts';

/** One test: what is seen, in words, and the decision, as one line. */
export type Row = readonly [name: string, words: Words, decision: string];

/** The decision once the status has been written, and the observation with that status. */
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

/** What is done, with all it was decided on; or why not. */
export function told(words: Words): string {
  const { decision } = settledDecision(seen(words));
  switch (decision.kind) {
    case 'settled':
      return 'settled';
    case 'wait':
      return `wait ${decision.reason}: ${decision.message}`;
    case 'act':
      return `${decision.reason}: ${lineOf(decision.action)}`;
  }
}

function lineOf(action: Action): string {
  switch (action.kind) {
    case 'apply-child':
      return `apply ${action.child} ${action.name}`;
    case 'issue-authority':
      return `new authority in ${action.name} over ${action.resourceVersion ?? 'nothing'}`;
    case 'issue-certificate': {
      const { certificate, role, authorities, resourceVersion = 'nothing' } = action;
      return `${certificate} certificate of ${role}, believing ${authorities.join(' ')}, over ${resourceVersion}`;
    }
    case 'delete-child':
      return `delete ${action.child} ${action.name} uid ${action.uid}`;
    case 'apply-stateful-set': {
      const { replicas, bootstrap, resourceVersion = 'nothing' } = action;
      const by = bootstrap?.directory ?? 'nobody';
      return `apply ${replicas} pods over ${resourceVersion}, begun by ${by}`;
    }
    case 'orphan-stateful-set':
      return `orphan ${action.uid}`;
    case 'delete-pod':
      return `delete ${action.pod} uid ${action.uid}`;
    case 'delete-volume':
      return `delete ${action.volume} uid ${action.uid}`;
    case 'grow-volume':
    case 'own-volume':
    case 'disown-volume':
      return `${action.kind} ${action.volume} over ${action.resourceVersion}`;
    case 'bootstrap':
      return `bootstrap ${action.pod} on ${action.bootstrap.directory}`;
    case 'change-membership':
      return `at ${action.configurationIndex} ${action.changes.map(changeOf).join(', ')}`;
    case 'transfer':
      return `at ${action.configurationIndex} in term ${action.term} transfer to ${action.memberId}`;
    case 'recover': {
      const { pod, incidentId, memberId, lastLogTerm, lastLogIndex } = action;
      return `recover ${pod} as ${memberId} at ${lastLogTerm}/${lastLogIndex} from ${incidentId}`;
    }
    case 'write-status':
      return 'write the status again';
  }
}

const changeOf = ({ kind }: Change): string => {
  switch (kind?.$case) {
    case 'addLearner':
      return `learn ${kind.value.directory}`;
    case 'promote':
      return `promote ${kind.value.memberId}`;
    case 'remove':
      return `remove ${kind.value.memberId}`;
    case 'demote':
    case 'setPriority':
    case 'setTrust':
    case undefined:
      return 'something that the operator never does';
  }
};
