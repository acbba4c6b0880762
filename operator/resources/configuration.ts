import type { ConfigMap } from './kubernetes.ts';
import type { RobustMQCluster } from '../api/cluster.ts';
import { childNames } from '../api/names.ts';
import { contentHash } from './content-hash.ts';
import type { BuildContext } from './context.ts';
import { childMetadata } from './metadata.ts';
import { PATHS } from './paths.ts';
import { PORTS } from './ports.ts';

export const CONFIGURATION_FILE = 'robustmq-meta.toml';

/**
 * Settings of the members. Immutable, and named after what it holds: a change is another object, so it
 * rolls through the pods, and a pod that starts again in mid-roll has what it had.
 */
export function configMap({ cluster }: BuildContext): ConfigMap {
  const text = settingsFile(cluster);
  const name = childNames(cluster.metadata.name).configMapPrefix + contentHash(text);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(cluster, name),
    immutable: true,
    data: { [CONFIGURATION_FILE]: text },
  };
}

/** The file of settings, in TOML; the same for all members. */
function settingsFile(cluster: RobustMQCluster): string {
  const { configuration = {}, tls } = cluster.spec.meta;
  const own: Record<string, string | boolean> = {
    data_dir: PATHS.data,
    'listen.client': `0.0.0.0:${PORTS.client}`,
    'listen.peer': `0.0.0.0:${PORTS.peer}`,
    'listen.http': `0.0.0.0:${PORTS.http}`,
    'log.format': 'json',
    ...(tls.mode === 'Disabled'
      ? { insecure_peers: true }
      : {
          'tls.peer.certificate': `${PATHS.tls}/tls.crt`,
          'tls.peer.key': `${PATHS.tls}/tls.key`,
          'tls.peer.authority': `${PATHS.tls}/ca.crt`,
        }),
  };
  const settings = Object.entries({ ...own, ...configuration }).sort(byKey);
  return settings.map(([key, value]) => `${tomlKey(key)} = ${JSON.stringify(value)}\n`).join('');
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;

const tomlKey = (key: string): string =>
  key
    .split('.')
    .map((part) => (/^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part)))
    .join('.');
