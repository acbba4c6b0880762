/** Steps in a word. */
import { podName } from '../../../../operator/api/names.ts';
import { CLUSTER } from '../sample.ts';
import type { Step } from '../steps.ts';

export const SETTLE: Step = { does: 'settle' };
export const scale = (to: number): Step => ({ does: 'scale', to });
export const said = (reason: Step<'await'>['reason']): Step => ({
  does: 'await',
  reason,
});
export const write = (writes: number): Step => ({ does: 'write', writes });
export const kubectl = (args: string, says?: string): Step => ({
  does: 'kubectl',
  args,
  ...(says !== undefined && { says }),
});
/** Until the pod of this ordinal has a member, a learner or more. */
export const joined = (ordinal: number): Step => {
  const pod = podName(CLUSTER, ordinal);
  const members = `{.status.members[?(@.pod=="${pod}")].pod}`;
  return kubectl(`wait rmq/${CLUSTER} --for=jsonpath=${members}=${pod} --timeout=60s`);
};

export const ALL_NODES = '--selector=kubernetes.io/os=linux';

/** A roll, and nothing else. */
export const CONFIGURE: Step = {
  does: 'edit',
  spec: { meta: { configuration: { 'log.level': 'debug' } } },
};
export const GROW: Step = { does: 'edit', spec: { meta: { storage: { size: '2Gi' } } } };
