/** Certificates that a person gives out: mode Secret. */
import {
  ROLE_URIS,
  SECRET_KEYS,
  type CertificateRole,
} from '../../../operator/api/certificates.ts';
import { childNames } from '../../../operator/api/names.ts';
import type { KeyPair } from '../../../operator/tls/certificates.ts';
import { createX509Certificates } from '../../../operator/tls/x509-certificates.ts';
import type { Kubectl } from '../kubectl.ts';
import { CLUSTER, OWN_SECRETS } from './sample.ts';

const HOUR_MS = 3_600_000;

export interface OwnAuthority {
  /** New certificates for members and operator, in the Secrets that the spec names. */
  issue(): Promise<void>;
}

/** One that nobody knows yet. */
export function ownAuthority(kubectl: Pick<Kubectl, 'attempt'>, namespace: string): OwnAuthority {
  const certificates = createX509Certificates();
  const validity = { notBeforeMs: Date.now() - HOUR_MS, notAfterMs: Date.now() + 24 * HOUR_MS };
  const service = `${childNames(CLUSTER).peerService}.${namespace}.svc`;
  let authority: KeyPair | undefined;
  return {
    issue: async () => {
      authority ??= await certificates.createAuthority(validity);
      for (const [role, uri] of Object.entries(ROLE_URIS) as [CertificateRole, string][]) {
        const serves = role === 'peer';
        const dns = serves ? ['robustmq-peer', service, `*.${service}`] : [];
        const pair = await certificates.issue(authority, { ...validity, uri, dns, serves });
        apply(kubectl, OWN_SECRETS[role], pair, authority.certificate);
      }
    },
  };
}

function apply(
  kubectl: Pick<Kubectl, 'attempt'>,
  name: string,
  { certificate, key }: KeyPair,
  authorities: string,
): void {
  const { ok, said } = kubectl.attempt(['apply'], {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData: {
      [SECRET_KEYS.certificate]: certificate,
      [SECRET_KEYS.key]: key,
      [SECRET_KEYS.authorities]: authorities,
    },
  });
  if (!ok) throw new Error(`Secret ${name} is refused: ${said}`);
}
