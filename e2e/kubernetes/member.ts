/** One member as a StatefulSet, by hand: a volume of each class, in a namespace that allows little. */
import { restrictedNamespace } from './namespace.ts';
import { RESTRICTED_CONTAINER, RESTRICTED_POD, USER } from './restricted.ts';

export const NAMESPACE = 'robustmq';
export const POD = 'meta-0';
/** Where its volumes are, by the name of the claim. */
export const MOUNTS = { pinned: '/data', shared: '/spare' } as const;

const HTTP_PORT = 58_081;

const labels = { app: 'meta' };

const claim = (name: keyof typeof MOUNTS): object => ({
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: name,
    resources: { requests: { storage: '1Gi' } },
  },
});

const container = (image: string): object => ({
  name: 'meta',
  image,
  imagePullPolicy: 'Never',
  args: ['server', '--bootstrap', '--data-dir', MOUNTS.pinned],
  readinessProbe: { httpGet: { path: '/readyz', port: HTTP_PORT }, periodSeconds: 1 },
  securityContext: RESTRICTED_CONTAINER,
  volumeMounts: Object.entries(MOUNTS).map(([name, mountPath]) => ({ name, mountPath })),
});

/** The objects that make it, for `kubectl apply`. */
export const member = (image: string): object => ({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    restrictedNamespace(NAMESPACE),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'meta', namespace: NAMESPACE },
      spec: { clusterIP: 'None', selector: labels, ports: [{ name: 'http', port: HTTP_PORT }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'meta', namespace: NAMESPACE },
      spec: {
        serviceName: 'meta',
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            terminationGracePeriodSeconds: 15,
            securityContext: { ...RESTRICTED_POD, fsGroup: USER },
            containers: [container(image)],
          },
        },
        volumeClaimTemplates: [claim('pinned'), claim('shared')],
      },
    },
  ],
});
