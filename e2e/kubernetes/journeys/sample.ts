/** The resource of a journey, and where its members are. */
import type { CertificateRole } from '../../../operator/api/certificates.ts';
import { childNames, podName } from '../../../operator/api/names.ts';
import { PORTS } from '../../../operator/resources/ports.ts';
import type { Ground } from '../operator/ground.ts';
import type { Way } from '../recorders/line.ts';
import type { Journey } from './journey.ts';

export const CLUSTER = 'demo';

/** Where a person puts certificates that are not the operator's. */
export const OWN_SECRETS: Readonly<Record<CertificateRole, string>> = {
  peer: 'own-peer',
  operator: 'own-operator',
};

/** Where the members of a cluster are found: as in the configuration of a broker, and as one. */
export function addressesOf(namespace: string, replicas: number): Record<Way, readonly string[]> {
  const { clientService, peerService } = childNames(CLUSTER);
  const at = (host: string): string => `${host}.${namespace}.svc:${PORTS.client}`;
  return {
    members: Array.from({ length: replicas }, (_, ordinal) =>
      at(`${podName(CLUSTER, ordinal)}.${peerService}`),
    ),
    service: [at(clientService)],
  };
}

/** What is said of it that is not as in the sample. */
export type Resource = Pick<Journey, 'storage' | 'tls'>;

/** The resource that is applied. */
export const sampleResource = (
  ground: Ground,
  namespace: string,
  replicas: number,
  { storage, tls = 'Managed' }: Resource,
): object => ({
  apiVersion: 'robustmq.io/v1alpha1',
  kind: 'RobustMQCluster',
  metadata: { name: CLUSTER, namespace },
  spec: {
    meta: {
      ...{ replicas, image: ground.image },
      storage: {
        size: '1Gi',
        onDelete: 'Delete',
        ...(ground.storageClass !== undefined && { class: ground.storageClass }),
        ...storage,
      },
      // Members of a trial on a small machine.
      resources: {
        requests: { cpu: '50m', memory: '96Mi' },
        limits: { memory: '512Mi' },
      },
      tls: {
        mode: tls,
        ...(tls === 'Secret' && {
          secretName: OWN_SECRETS.peer,
          operatorSecretName: OWN_SECRETS.operator,
        }),
      },
    },
  },
});
