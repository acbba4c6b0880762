import type { Container, PodTemplate, Probe, Volume, VolumeMount } from './kubernetes.ts';
import type { MetaSpec } from '../api/cluster.ts';
import { childNames, VOLUME } from '../api/names.ts';
import { CONFIGURATION_FILE, configMap } from './configuration.ts';
import type { BuildContext, Installation } from './context.ts';
import { childLabels } from './metadata.ts';
import { PATHS } from './paths.ts';
import { PORTS } from './ports.ts';
import { scheduling } from './scheduling.ts';

/** User and group of the image: without a name, so that kubelet can tell that it is not root. */
const USER = 65_532;

/** Reference of the image that members run. */
const imageOf = ({ image, version = '' }: MetaSpec, { imageRepository }: Installation): string =>
  image ?? `${imageRepository}:${version}`;

/** What every pod is made from; a change of it is a roll. Meets the `restricted` Pod Security level. */
export function podTemplate(context: BuildContext): PodTemplate {
  const { cluster } = context;
  const { name } = cluster.metadata;
  const { pod } = cluster.spec.meta;
  return {
    metadata: {
      labels: { ...pod.labels, ...childLabels(name) },
      ...(pod.annotations && { annotations: pod.annotations }),
    },
    spec: {
      serviceAccountName: childNames(name).serviceAccount,
      automountServiceAccountToken: false,
      // Addresses of other services, as variables, grow with the namespace and serve nobody here.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: pod.terminationGracePeriodSeconds,
      ...(pod.imagePullSecrets && { imagePullSecrets: pod.imagePullSecrets }),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER,
        runAsGroup: USER,
        fsGroup: USER,
        // Else kubelet would go through a large volume file by file at every start.
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...scheduling(cluster),
      containers: [container(context)],
      volumes: volumes(context),
    },
  };
}

function container(context: BuildContext): Container {
  const { cluster, installation } = context;
  const { name, namespace } = cluster.metadata;
  const { meta } = cluster.spec;
  const host = `$(POD_NAME).${childNames(name).peerService}.${namespace}.svc`;
  return {
    name: 'meta',
    image: imageOf(meta, installation),
    imagePullPolicy: 'IfNotPresent',
    args: ['server', '--config', `${PATHS.configuration}/${CONFIGURATION_FILE}`],
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'ROBUSTMQ_META_ADVERTISE_CLIENT', value: `${host}:${PORTS.client}` },
      { name: 'ROBUSTMQ_META_ADVERTISE_PEER', value: `${host}:${PORTS.peer}` },
    ],
    ports: Object.entries(PORTS).map(([port, containerPort]) => ({
      name: port,
      containerPort,
      protocol: 'TCP',
    })),
    livenessProbe: { ...probe('/livez'), periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 1, failureThreshold: 3 },
    resources: {
      requests: quantities(meta.resources.requests),
      limits: quantities(meta.resources.limits),
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: mounts(meta),
  };
}

const probe = (path: string): Probe => ({
  httpGet: { path, port: 'http', scheme: 'HTTP' },
  timeoutSeconds: 5,
  successThreshold: 1,
});

/** As text: the API server would write numbers so, and every comparison would find a change. */
const quantities = (by: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(by).map(([resource, amount]) => [resource, `${amount}`]));

function volumes(context: BuildContext): Volume[] {
  const { cluster } = context;
  const { tls } = cluster.spec.meta;
  const configuration = { name: configMap(context).metadata?.name ?? '' };
  const secretName = tls.secretName ?? childNames(cluster.metadata.name).tlsSecret;
  return [
    { name: 'configuration', configMap: { ...configuration, defaultMode: 0o444 } },
    ...(tls.mode === 'Disabled'
      ? []
      : [{ name: 'tls', secret: { secretName, defaultMode: 0o440 } }]),
  ];
}

const mounts = ({ tls }: MetaSpec): VolumeMount[] => [
  { name: VOLUME, mountPath: PATHS.data },
  { name: 'configuration', mountPath: PATHS.configuration, readOnly: true },
  ...(tls.mode === 'Disabled' ? [] : [{ name: 'tls', mountPath: PATHS.tls, readOnly: true }]),
];
