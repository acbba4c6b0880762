import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { RobustMQCluster } from '../api/cluster.ts';
import { childNames } from '../api/names.ts';
import type { SeenPod } from '../plan/observation.ts';
import type { Pod } from '../resources/kubernetes.ts';
import { PORTS } from '../resources/ports.ts';
import type { Placed } from './objects.ts';

/**
 * A pod as the planner sees it, with what its member said.
 *
 * @param answer of whoever is at the address of the pod: that of one whose node is gone, or whose sandbox is
 *   made anew, may be another one's by now.
 */
export function seenPod(
  { metadata: { name: cluster, namespace } }: RobustMQCluster,
  { ordinal, object: pod }: Placed<Pod>,
  answer: Status | undefined,
): SeenPod {
  const name = pod.metadata?.name ?? '';
  const peerAddress = `${name}.${childNames(cluster).peerService}.${namespace}.svc:${PORTS.peer}`;
  const status = answer?.peerAddress === peerAddress ? answer : undefined;
  const problem = problemOf(pod);
  return {
    name,
    uid: pod.metadata?.uid ?? '',
    ordinal,
    revision: pod.metadata?.labels?.['controller-revision-hash'] ?? '',
    image: pod.spec?.containers[0]?.image ?? '',
    deleting: pod.metadata?.deletionTimestamp !== undefined,
    ready: conditionOf(pod, 'Ready')?.status === 'True',
    containersReady: conditionOf(pod, 'ContainersReady')?.status === 'True',
    ...(problem !== undefined && { problem }),
    peerAddress,
    ...(status && { status }),
  };
}

const conditionOf = ({ status }: Pod, type: string) =>
  status?.conditions?.find((each) => each.type === type);

/** The first thing that is wrong, as kubelet or the scheduler says it: without what changes all the time. */
function problemOf(pod: Pod): string | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    const { reason = 'not scheduled', message = '' } = scheduled;
    // Its first sentence is why; the rest, whom it cannot evict.
    const [why = ''] = message.split('. ', 1);
    return why === '' ? reason : `${reason}: ${why}`;
  }
  for (const { state, lastState } of pod.status?.containerStatuses ?? []) {
    const waiting = state?.waiting?.reason;
    const ended = (state?.terminated ?? lastState?.terminated)?.reason;
    if (waiting !== undefined && waiting !== 'ContainerCreating') {
      return ended === undefined ? waiting : `${waiting} after ${ended}`;
    }
    if (state?.terminated) return ended ?? 'ended';
  }
  return undefined;
}
