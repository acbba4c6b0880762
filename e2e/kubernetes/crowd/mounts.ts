/** What a pod waits for before it runs: its volume, and its certificate. */
import { SECRET_KEYS } from '../../../operator/api/certificates.ts';
import { VOLUME } from '../../../operator/api/names.ts';
import type { Kubernetes } from '../../../operator/kube/api.ts';
import { SECRETS, VOLUME_CLAIMS } from '../../../operator/resources/kinds.ts';
import type { Pod } from '../../../operator/resources/kubernetes.ts';
import { until } from '../../processes/until.ts';
import type { ServerMaterial } from './member-server.ts';

/** An API server that has much to do is asked again. */
const MOUNT_LIMIT_MS = 5 * 60_000;

/** UID of the claim of a pod, which is bound to a volume then. */
export async function volumeOf(
  kubernetes: Kubernetes,
  { metadata: { namespace = '', name: pod = '' } = {} }: Pod,
  signal: AbortSignal,
): Promise<string> {
  const place = { namespace, name: `${VOLUME}-${pod}` };
  return until(
    `the claim ${place.name} is bound`,
    MOUNT_LIMIT_MS,
    async () => {
      const { metadata: { uid = '' } = {}, spec } =
        (await kubernetes.get(VOLUME_CLAIMS, place)) ?? {};
      if (spec === undefined) return undefined;
      const object = {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { ...place, uid },
      };
      const bound = { ...object, spec: { volumeName: `pvc-${uid}` } };
      await kubernetes.apply(VOLUME_CLAIMS, bound, place);
      const capacity = spec.resources?.requests ?? {};
      const status = { phase: 'Bound', capacity, accessModes: spec.accessModes ?? [] };
      await kubernetes.apply(VOLUME_CLAIMS, { ...object, status }, place, {
        subresource: 'status',
      });
      return uid;
    },
    signal,
  );
}

/** What the Secret holds that a pod mounts. */
export function materialOf(
  kubernetes: Kubernetes,
  { metadata: { namespace } = {}, spec }: Pod,
  signal: AbortSignal,
): Promise<ServerMaterial> {
  const name = spec?.volumes?.find(({ secret }) => secret)?.secret?.secretName ?? '';
  return until(
    `the Secret ${name}`,
    MOUNT_LIMIT_MS,
    async () => {
      const data = (await kubernetes.get(SECRETS, { namespace, name }))?.data;
      const text = (key: string): string => Buffer.from(data?.[key] ?? '', 'base64').toString();
      return (
        data && {
          certificate: text(SECRET_KEYS.certificate),
          key: text(SECRET_KEYS.key),
          authorities: text(SECRET_KEYS.authorities),
        }
      );
    },
    signal,
  );
}
