/** Reads the Secrets with certificates of one cluster, by name, and as they are. */
import type { RobustMQCluster } from '../api/cluster.ts';
import { SECRET_KEYS } from '../api/certificates.ts';
import { childNames } from '../api/names.ts';
import type { Reader } from '../kube/api.ts';
import { SECRETS } from '../resources/kinds.ts';
import type { Secret } from '../resources/kubernetes.ts';

/** What a Secret holds, as text. The keys in it are for issuing and dialling: nothing else sees them. */
export interface HeldSecret {
  readonly name: string;
  /** Undefined when there is none. */
  readonly live: Secret | undefined;
  readonly certificate: string;
  readonly key: string;
  readonly authorities: string;
}

export interface HeldTls {
  /** Undefined where certificates are given. */
  readonly authority: HeldSecret | undefined;
  readonly peer: HeldSecret;
  readonly operator: HeldSecret;
}

/** Undefined where TLS is disabled. */
export async function readTls(
  reader: Pick<Reader, 'get'>,
  { metadata: { namespace, name: cluster }, spec }: RobustMQCluster,
): Promise<HeldTls | undefined> {
  const names = childNames(cluster);
  const { mode, secretName = '', operatorSecretName = '' } = spec.meta.tls;
  const read = async (name: string): Promise<HeldSecret> => {
    const live = await reader.get(SECRETS, { namespace, name });
    const text = (key: string): string =>
      Buffer.from(live?.data?.[key] ?? '', 'base64').toString('utf8');
    return {
      name,
      live,
      certificate: text(SECRET_KEYS.certificate),
      key: text(SECRET_KEYS.key),
      authorities: text(SECRET_KEYS.authorities),
    };
  };
  switch (mode) {
    case 'Disabled':
      return undefined;
    case 'Secret':
      return {
        authority: undefined,
        peer: await read(secretName),
        operator: await read(operatorSecretName),
      };
    case 'Managed':
      return {
        authority: await read(names.authoritySecret),
        peer: await read(names.tlsSecret),
        operator: await read(names.operatorTlsSecret),
      };
  }
}
