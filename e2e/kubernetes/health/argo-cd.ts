/** Argo CD as it reads a resource: the script of docs/gitops, in a Lua of its own each time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LuaFactory } from 'wasmoon';
import { parse } from 'yaml';
import type { RobustMQCluster } from '../../../operator/api/cluster.ts';

const FILE = join(import.meta.dirname, '..', '..', '..', 'docs', 'gitops', 'argo-cd.yaml');
const KEY = 'resource.customizations.health.robustmq.io_RobustMQCluster';

const factory = new LuaFactory();
const { data } = parse(readFileSync(FILE, 'utf8')) as { data: Readonly<Record<string, string>> };

export interface ArgoHealth {
  readonly status: string;
  readonly message: string;
}

export async function argoHealthOf(cluster: RobustMQCluster): Promise<ArgoHealth> {
  const lua = await factory.createEngine({ enableProxy: false });
  try {
    lua.global.set('obj', cluster);
    return (await lua.doString(data[KEY] ?? '')) as ArgoHealth;
  } finally {
    lua.global.close();
  }
}
