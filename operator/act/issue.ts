/** Fills Secrets with what the plan leaves open, because it is random: keys, and what they sign. */
import { LIFETIMES, ROLE_URIS, SECRET_KEYS } from '../api/certificates.ts';
import type { RobustMQCluster } from '../api/cluster.ts';
import { childNames } from '../api/names.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { HeldTls } from '../observe/tls-secrets.ts';
import type { Action } from '../plan/action.ts';
import type { Secret } from '../resources/kubernetes.ts';
import { tlsSecret } from '../resources/tls-secret.ts';
import type { Certificates, KeyPair, LeafRequest } from '../tls/certificates.ts';

export type Issue = Extract<Action, { readonly kind: 'issue-authority' | 'issue-certificate' }>;

/** The Secret that an action asks for. */
export async function issuedSecret(
  certificates: Certificates,
  cluster: RobustMQCluster,
  held: HeldTls | undefined,
  action: Issue,
  nowMs: number,
): Promise<Secret> {
  const notBeforeMs = nowMs - LIFETIMES.backdatedMs;
  if (action.kind === 'issue-authority') {
    const notAfterMs = notBeforeMs + LIFETIMES.authorityMs;
    const pair = await certificates.createAuthority({ notBeforeMs, notAfterMs });
    return secretOf(cluster, action.name, pair, pair.certificate);
  }
  const { authority, peer, operator } = held ?? {};
  if (authority === undefined || peer === undefined || operator === undefined) {
    throw new KubeError('conflict', `there is no authority to sign ${action.name} any more`);
  }
  const own = action.role === 'peer' ? peer : operator;
  const request: LeafRequest = {
    uri: ROLE_URIS[action.role],
    dns: action.role === 'peer' ? namesOf(cluster) : [],
    serves: action.role === 'peer',
    notBeforeMs,
    notAfterMs: notBeforeMs + LIFETIMES.leafMs,
  };
  const pair = action.certificate === 'kept' ? own : await certificates.issue(authority, request);
  const known = [authority.certificate, peer.authorities, operator.authorities];
  const all = known.flatMap((pem) => certificates.read(pem));
  const believed = action.authorities.flatMap(
    (wanted) => all.find(({ fingerprint }) => fingerprint === wanted)?.pem ?? [],
  );
  return secretOf(cluster, action.name, pair, believed.join(''));
}

/** Members know each other by role; these are for whoever checks names as well. */
function namesOf({ metadata: { name, namespace } }: RobustMQCluster): readonly string[] {
  const service = `${childNames(name).peerService}.${namespace}.svc`;
  return ['robustmq-peer', service, `*.${service}`];
}

const secretOf = (
  cluster: RobustMQCluster,
  name: string,
  { certificate, key }: KeyPair,
  authorities: string,
): Secret =>
  tlsSecret(cluster, name, {
    [SECRET_KEYS.certificate]: base64(certificate),
    [SECRET_KEYS.key]: base64(key),
    [SECRET_KEYS.authorities]: base64(authorities),
  });

const base64 = (text: string): string => Buffer.from(text).toString('base64');
