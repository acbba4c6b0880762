/** Names of everything that belongs to a cluster; a pod's ordinal is a place, never an identity. */

/** Names of the children of a cluster. */
export interface ChildNames {
  readonly statefulSet: string;
  readonly peerService: string;
  readonly clientService: string;
  readonly podDisruptionBudget: string;
  readonly serviceAccount: string;
  readonly networkPolicy: string;
  /** Begin of the names of configurations; a hash of what they hold follows. */
  readonly configMapPrefix: string;
  /** Certificate of the members. */
  readonly tlsSecret: string;
  /** The operator's authority for this cluster; no pod has it. */
  readonly authoritySecret: string;
  /** Certificate of the operator; no pod has it. */
  readonly operatorTlsSecret: string;
}

export const VOLUME = 'data';

/** The names for a cluster. */
export function childNames(cluster: string): ChildNames {
  const meta = `${cluster}-meta`;
  return {
    statefulSet: meta,
    peerService: `${meta}-peers`,
    clientService: meta,
    podDisruptionBudget: meta,
    serviceAccount: meta,
    networkPolicy: meta,
    configMapPrefix: `${meta}-config-`,
    tlsSecret: `${meta}-tls`,
    authoritySecret: `${meta}-ca`,
    operatorTlsSecret: `${meta}-operator-tls`,
  };
}

export const podName = (cluster: string, ordinal: number): string =>
  `${childNames(cluster).statefulSet}-${ordinal}`;

export const volumeName = (cluster: string, ordinal: number): string =>
  `${VOLUME}-${podName(cluster, ordinal)}`;

/** The ordinal in the name of a pod of this cluster; undefined if it is none. */
export const podOrdinal = (cluster: string, name: string): number | undefined =>
  ordinalAfter(podName(cluster, 0).slice(0, -1), name);

/** The ordinal in the name of a volume claim of this cluster; undefined if it is none. */
export const volumeOrdinal = (cluster: string, name: string): number | undefined =>
  ordinalAfter(volumeName(cluster, 0).slice(0, -1), name);

function ordinalAfter(prefix: string, name: string): number | undefined {
  const digits = name.slice(prefix.length);
  const is = name.startsWith(prefix) && /^(0|[1-9][0-9]{0,3})$/.test(digits);
  return is ? Number(digits) : undefined;
}

/** Labels that select the pods of a cluster; they never change, because a StatefulSet keeps them. */
export const selectorLabels = (cluster: string): Readonly<Record<string, string>> => ({
  'app.kubernetes.io/name': 'robustmq-meta',
  'app.kubernetes.io/instance': cluster,
});
