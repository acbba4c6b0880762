/** Carries out one decision: each kind of action is one call that changes something, and no other. */
import type { Endpoint, Members } from '../admin/members.ts';
import { API_VERSION, KIND } from '../api/cluster.ts';
import type { ClusterStatus, RobustMQCluster } from '../api/cluster.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { Writer } from '../kube/api.ts';
import { changedObject } from '../observe/changed-object.ts';
import type { Observed } from '../observe/observe.ts';
import type { Action } from '../plan/action.ts';
import type { Change } from '../plan/refusal.ts';
import { children } from '../resources/children.ts';
import type { BuildContext } from '../resources/context.ts';
import {
  childKind,
  CLUSTERS,
  PODS,
  SECRETS,
  STATEFUL_SETS,
  VOLUME_CLAIMS,
} from '../resources/kinds.ts';
import type { Certificates } from '../tls/certificates.ts';
import { issuedSecret } from './issue.ts';

export interface Means {
  readonly writer: Writer;
  readonly members: Members;
  readonly certificates: Certificates;
}

/** Carries it out; fails with a KubeError or an AdminError. */
export async function act(
  { writer, members, certificates }: Means,
  seen: Observed,
  action: Action,
): Promise<void> {
  const { context, objects } = seen;
  const { cluster } = context;
  const { namespace } = cluster.metadata;
  const at = (name: string): { readonly namespace: string; readonly name: string } => ({
    namespace,
    name,
  });
  switch (action.kind) {
    case 'apply-child': {
      const wanted = childOf(context, action);
      if (wanted) await writer.apply(childKind(action.child), wanted, at(action.name));
      return;
    }
    case 'issue-authority':
    case 'issue-certificate': {
      const { ms } = seen.observation.now;
      const secret = await issuedSecret(certificates, cluster, seen.tls, action, ms);
      await writer.apply(SECRETS, over(secret, action.resourceVersion), at(action.name));
      return;
    }
    case 'delete-child':
      return writer.delete(childKind(action.child), at(action.name), {
        uid: action.uid,
        propagation: 'Background',
      });
    case 'apply-stateful-set':
    case 'grow-volume':
    case 'own-volume':
    case 'disown-volume':
      return change(writer, seen, action);
    case 'orphan-stateful-set': {
      const name = objects.statefulSet?.metadata?.name ?? '';
      return writer.delete(STATEFUL_SETS, at(name), { uid: action.uid, propagation: 'Orphan' });
    }
    case 'delete-pod':
      return writer.delete(PODS, at(action.pod), { uid: action.uid, propagation: 'Background' });
    case 'delete-volume':
      return writer.delete(VOLUME_CLAIMS, at(action.volume), {
        uid: action.uid,
        propagation: 'Background',
      });
    case 'bootstrap':
      return members.bootstrap(endpointOf(seen, action.pod), action.bootstrap);
    case 'change-membership':
      return members.changeMembership(endpointOf(seen, action.pod), action);
    case 'transfer':
      return members.transfer(endpointOf(seen, action.pod), action);
    case 'recover':
      return members.recover(endpointOf(seen, action.pod), action);
    case 'write-status':
      return writeStatus(writer, cluster, action.status);
  }
}

async function change(writer: Writer, seen: Observed, action: Change): Promise<void> {
  const object = changedObject(seen, action);
  if (object === undefined) throw new KubeError('conflict', 'there is no such volume any more');
  const { resource, place, wanted } = object;
  await writer.apply(resource, over(wanted, action.resourceVersion), place);
}

const childOf = (
  context: BuildContext,
  { child: kind, name }: Extract<Action, { readonly kind: 'apply-child' }>,
) => children(context).find((each) => each.kind === kind && each.metadata?.name === name);

async function writeStatus(
  writer: Writer,
  { metadata: { namespace, name, resourceVersion } }: RobustMQCluster,
  status: ClusterStatus,
): Promise<void> {
  const metadata = { namespace, name, resourceVersion };
  const wanted = { apiVersion: API_VERSION, kind: KIND, metadata, status };
  await writer.apply(CLUSTERS, wanted as RobustMQCluster, metadata, { subresource: 'status' });
}

/** Applied over this version alone. */
const over = <Shape extends { readonly metadata?: object }>(
  object: Shape,
  resourceVersion: string | undefined,
): Shape =>
  resourceVersion === undefined
    ? object
    : { ...object, metadata: { ...object.metadata, resourceVersion } };

function endpointOf({ endpoints }: Observed, pod: string): Endpoint {
  const endpoint = endpoints.get(pod);
  if (endpoint === undefined) throw new KubeError('conflict', `${pod} has no address any more`);
  return endpoint;
}
