import { ROLE_URIS } from '../api/certificates.ts';
import type { CertificateRole } from '../api/certificates.ts';
import type { RobustMQCluster } from '../api/cluster.ts';
import type { SeenSecret, SeenTls } from '../plan/observation.ts';
import type { Certificate, Certificates } from '../tls/certificates.ts';
import { ownershipOf } from './ownership.ts';
import type { HeldSecret, HeldTls } from './tls-secrets.ts';

type Reading = Pick<Certificates, 'read' | 'isKeyOf' | 'signer'>;

/** The Secrets as the planner sees them: facts of certificates, and never a key. */
export function seenTls(
  certificates: Reading,
  cluster: RobustMQCluster,
  { authority, peer, operator }: HeldTls,
): SeenTls {
  const newest = authority === undefined ? [] : certificates.read(authority.certificate);
  const leaf = (held: HeldSecret, role: CertificateRole, other: HeldSecret): SeenSecret => {
    const chain = certificates.read(held.certificate);
    const authorities = certificates.read(held.authorities);
    const known = [...newest, ...authorities, ...certificates.read(peer.authorities)];
    const problem = problemOf(certificates, held, chain) ?? leafProblem(chain, authorities, role);
    // One that is renewed on the same key signed the same: whom the other one believes counts.
    const signer =
      certificates.signer(chain, certificates.read(other.authorities)) ??
      certificates.signer(chain, known);
    return seenSecret(cluster, held, { problem, chain, authorities, signer });
  };
  return {
    ...(authority && {
      authority: seenSecret(cluster, authority, {
        problem: problemOf(certificates, authority, newest),
        chain: newest,
        authorities: [],
        signer: undefined,
      }),
    }),
    peer: leaf(peer, 'peer', operator),
    operator: leaf(operator, 'operator', peer),
  };
}

function problemOf(
  certificates: Reading,
  held: HeldSecret,
  chain: readonly Certificate[],
): string | undefined {
  if (held.live === undefined) return 'it is missing';
  if (chain.length === 0) return 'tls.crt is no certificate in PEM';
  return certificates.isKeyOf(held) ? undefined : 'tls.key is not the key of tls.crt';
}

function leafProblem(
  [own]: readonly Certificate[],
  authorities: readonly Certificate[],
  role: CertificateRole,
): string | undefined {
  if (authorities.length === 0) return 'ca.crt is no certificate in PEM';
  if (own?.uris.includes(ROLE_URIS[role]) !== true) {
    return `tls.crt lacks the URI ${ROLE_URIS[role]} among its alternative names`;
  }
  // Pods hold it: with that they might change the cluster.
  return role === 'peer' && own.uris.includes(ROLE_URIS.operator)
    ? `tls.crt has the URI ${ROLE_URIS.operator} as well, which is the operator's alone`
    : undefined;
}

interface Content {
  readonly problem: string | undefined;
  readonly chain: readonly Certificate[];
  readonly authorities: readonly Certificate[];
  readonly signer: Certificate | undefined;
}

function seenSecret(
  cluster: RobustMQCluster,
  { name, live }: HeldSecret,
  { problem, chain: [own], authorities, signer }: Content,
): SeenSecret {
  const resourceVersion = live?.metadata?.resourceVersion;
  return {
    name,
    ...(resourceVersion !== undefined && { resourceVersion }),
    ownership: live === undefined ? 'ours' : ownershipOf(cluster, live),
    ...(problem !== undefined && { problem }),
    ...(problem === undefined &&
      own && {
        certificate: {
          fingerprint: own.fingerprint,
          notBeforeMs: own.notBeforeMs,
          notAfterMs: own.notAfterMs,
          ...(signer && {
            signedBy: signer.fingerprint,
            signerNotBeforeMs: signer.notBeforeMs,
          }),
        },
      }),
    authorities: authorities.map(({ fingerprint }) => fingerprint),
  };
}
