/** Who may speak to the API server, and how: tokens, kubeconfigs, the key of service accounts. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { API_PORT, CONTROL_PLANE, type ClusterPlan } from './plan.ts';

interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
}

/** Those names that the API server's own roles are bound to. */
const identities = ({ nodes }: ClusterPlan): ReadonlyMap<string, Identity> =>
  new Map<string, Identity>([
    ['admin', { user: 'admin', groups: ['system:masters'] }],
    ['controller-manager', { user: 'system:kube-controller-manager', groups: [] }],
    ['scheduler', { user: 'system:kube-scheduler', groups: [] }],
    ['proxy', { user: 'system:kube-proxy', groups: [] }],
    ...nodes.map(
      ({ name }) => [name, { user: `system:node:${name}`, groups: ['system:nodes'] }] as const,
    ),
  ]);

export interface CredentialFiles {
  readonly tokens: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
  /** The API server writes its own certificate there. */
  readonly certificates: string;
  readonly ca: string;
}

export const credentialFiles = ({ run }: ClusterPlan): CredentialFiles => ({
  tokens: join(run.directory, 'tokens.csv'),
  serviceAccountKey: join(run.directory, 'service-accounts.key'),
  serviceAccountPublicKey: join(run.directory, 'service-accounts.pub'),
  certificates: join(run.directory, 'certificates'),
  ca: join(run.directory, 'certificates', 'apiserver.crt'),
});

/** The kubeconfig with which one of the parts of the cluster speaks to its API server. */
export const kubeconfigOf = ({ run }: ClusterPlan, identity: string): string =>
  join(run.directory, `${identity}.kubeconfig`);

/** Writes all of them, new ones. */
export function writeCredentials(plan: ClusterPlan): void {
  const files = credentialFiles(plan);
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  write(files.serviceAccountKey, privateKey);
  write(files.serviceAccountPublicKey, publicKey);
  const tokens = [...identities(plan)].map(([name, identity]) => ({
    ...{ name, identity },
    token: randomBytes(16).toString('hex'),
  }));
  write(
    files.tokens,
    tokens
      .map(({ token, identity: { user, groups } }) => `${token},${user},${user},"${groups.join()}"`)
      .join('\n'),
  );
  for (const { name, token } of tokens) {
    write(kubeconfigOf(plan, name), kubeconfig(plan, CONTROL_PLANE, API_PORT, token));
  }
  const admin = tokens.find(({ name }) => name === 'admin')?.token ?? '';
  write(plan.run.kubeconfig, kubeconfig(plan, '127.0.0.1', plan.apiPort, admin));
}

const write = (path: string, text: string): void => writeFileSync(path, text, { mode: 0o600 });

/** The certificate is for the address inside and for `localhost`, not for 127.0.0.1. */
function kubeconfig(plan: ClusterPlan, host: string, port: number, token: string): string {
  const name = `robustmq-${plan.run.name}`;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: `https://${host}:${port}`,
          'certificate-authority': credentialFiles(plan).ca,
          'tls-server-name': 'localhost',
        },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
