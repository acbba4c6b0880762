/** The connections that a journey made, held against the policy of its cluster. */
import type { NetworkPolicy } from '../../../operator/resources/kubernetes.ts';
import type { Kubectl } from '../kubectl.ts';
import { connectionsIn, type Connection } from './connections.ts';
import { allows, type Directory, type Endpoint, type Labels } from './evaluate.ts';

export interface Inspection {
  /** Those to members, that the policy lets in. */
  readonly allowed: readonly Connection[];
  readonly refused: readonly Connection[];
}

interface List<Item> {
  readonly items: readonly Item[];
}

interface Labelled {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
  };
}

interface Pod extends Labelled {
  readonly status: { readonly podIP?: string };
}

/** @param cluster the Kubernetes, of this machine; its only policy in `namespace` is held against it. */
export function inspect(kubectl: Kubectl, cluster: string, namespace: string): Inspection {
  const list = (...what: readonly string[]): unknown =>
    JSON.parse(kubectl('get', ...what, '-o=json'));
  const policies = list('networkpolicies', '-n', namespace) as List<NetworkPolicy>;
  const [policy] = policies.items;
  if (policy === undefined) throw new Error(`no policy in ${namespace}`);
  const pods = list('pods', '-A') as List<Pod>;
  const namespaces = list('namespaces') as List<Labelled>;
  const directory = directoryOf(pods.items, namespaces.items);
  const nodes = (list('nodes') as List<Labelled>).items.map(({ metadata }) => metadata.name);
  const here = connectionsIn(cluster, nodes).filter(({ to }) => {
    const target = directory(to);
    const isMember = target?.labels['app.kubernetes.io/name'] === 'robustmq-meta';
    return isMember && target.namespace === namespace;
  });
  const isAllowed = (each: Connection): boolean => allows(policy, each, directory);
  // What a pod was that is gone cannot be told any more.
  const isKnown = ({ from }: Connection): boolean => directory(from) !== undefined;
  return {
    allowed: here.filter(isAllowed),
    refused: here.filter((each) => isKnown(each) && !isAllowed(each)),
  };
}

function directoryOf(pods: readonly Pod[], namespaces: readonly Labelled[]): Directory {
  const labels = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  const byAddress = new Map<string, Endpoint>(
    pods.map(({ metadata, status }) => [
      status.podIP ?? '',
      {
        namespace: metadata.namespace ?? '',
        namespaceLabels: labels.get(metadata.namespace ?? '') ?? {},
        labels: metadata.labels ?? {},
      },
    ]),
  );
  return (address) => byAddress.get(address);
}
