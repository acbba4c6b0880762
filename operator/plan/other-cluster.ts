/**
 * Members of another cluster than the one that the status names: after a backup of Kubernetes is restored
 * that is older than a recovery, all members are, and they serve.
 */
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Picture } from './picture.ts';
import { stall } from './step.ts';
import type { Wait } from './step.ts';
import { PHASE, ROLE } from './words.ts';

/** Whether this is a member of another cluster, where it may be a voter in service. */
export function isOfAnother({ seen, leader }: Picture, status: Status): boolean {
  const own = leader?.status.clusterId ?? seen.cluster.status?.clusterId;
  const { clusterId, phase, role } = status;
  return (
    own !== undefined &&
    clusterId !== '' &&
    clusterId !== own &&
    phase === PHASE.RUNNING &&
    role !== ROLE.REMOVED
  );
}

interface OtherCluster {
  /** Whether one of its members knows who leads it. */
  readonly led: boolean;
  readonly stalls: Wait;
}

/** The one other cluster that pods hold members of: the one that somebody leads, if there are several. */
export function otherCluster(picture: Picture): OtherCluster | undefined {
  const others = picture.seen.pods.flatMap(({ status }) =>
    status !== undefined && isOfAnother(picture, status) ? [status] : [],
  );
  const led = new Set(others.filter(({ leaderId }) => leaderId > 0).map((each) => each.clusterId));
  const ids = led.size > 0 ? led : new Set(others.map((each) => each.clusterId));
  const [id] = ids;
  if (id === undefined || ids.size > 1) return undefined;
  const { metadata, status } = picture.seen.cluster;
  const patch = `kubectl patch rmq ${metadata.name} -n ${metadata.namespace} --subresource=status --type=merge -p '{"status":{"clusterId":null}}'`;
  return {
    led: led.size > 0,
    stalls: stall(
      'OtherCluster',
      `the pods hold members of cluster ${id}, and status.clusterId is ${status?.clusterId ?? ''}; if ${id} is to go on: ${patch}`,
    ),
  };
}
