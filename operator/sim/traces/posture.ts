/** How a cluster stands by its resource: what of it must be possible in the model, too. */
import type { RobustMQCluster } from '../../api/cluster.ts';
import type { ConditionType } from '../../api/condition.ts';

/** Their reason is that of the step: the others say who is unhealthy, and what is always so. */
const STEPS: readonly string[] = ['Progressing', 'Stalled'] satisfies ConditionType[];
const SHOWN: readonly string[] = [
  'Ready',
  'Available',
  'Degraded',
  'Progressing',
  'Stalled',
] satisfies ConditionType[];

/** In a line, without names, ids, times and words for people. */
function postureOf({ spec, status = {} }: RobustMQCluster): string {
  const { members = [], conditions = [], ready = '', leader, incident } = status;
  const count = (standing: string): number =>
    members.filter((member) => member.standing === standing).length;
  const holding = conditions.filter(
    ({ type, status: is }) => SHOWN.includes(type) && is === 'True',
  );
  return [
    `${spec.meta.replicas} wanted`,
    `${count('Voter')} voters, ${ready.split('/')[0] ?? ''} healthy`,
    ...(count('Learner') > 0 ? [`${count('Learner')} learners`] : []),
    ...(count('Leaving') > 0 ? [`${count('Leaving')} leaving`] : []),
    leader === undefined ? 'nobody leads' : 'led',
    ...holding.map(({ type, reason }) => (STEPS.includes(type) ? `${type}: ${reason}` : type)),
    ...(incident === undefined ? [] : ['incident']),
    ...(spec.paused ? ['paused'] : []),
  ].join(' · ');
}

/** One after the other, each as long as it lasts. */
export const posturesOf = (clusters: readonly RobustMQCluster[]): readonly string[] =>
  clusters.map(postureOf).filter((posture, at, all) => posture !== all[at - 1]);

/** From each to the next. */
export const stepsOf = (postures: readonly string[]): readonly string[] =>
  postures.slice(1).map((to, at) => `from ${postures[at] ?? ''}\n  to ${to}`);
