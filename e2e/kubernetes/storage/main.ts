/**
 * A provisioner of PersistentVolumes of the type `local`: a loop of look, plan, act, wait for a
 * change.
 *
 * main.ts KUBECONFIG DIRECTORY
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
} from '../../../operator/resources/kubernetes.ts';
import { apiServer } from '../api-server.ts';
import { plan, type Action } from './plan.ts';
import { volumesIn } from './volume.ts';

interface List<Item> {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly Item[];
}

const RETRY_MS = 500;
const CLAIMS = '/api/v1/persistentvolumeclaims';
const VOLUMES = '/api/v1/persistentvolumes';

const [, , kubeconfig = '', directory = ''] = process.argv;
const api = apiServer(kubeconfig);
const volumes = volumesIn(directory);

async function carryOut(action: Action): Promise<void> {
  switch (action.kind) {
    case 'provision':
      volumes.make(action.volume.metadata?.name ?? '', action.bytes);
      await api.create(VOLUMES, action.volume);
      return;
    case 'grow': {
      const { name, claim, size } = action;
      volumes.grow(name, action.bytes);
      const capacity = { storage: size };
      await api.patch(`${VOLUMES}/${name}`, { spec: { capacity } });
      const path = `/api/v1/namespaces/${claim.namespace}/persistentvolumeclaims/${claim.name}`;
      await api.patch(`${path}/status`, { status: { capacity, conditions: null } });
      return;
    }
    case 'remove':
      volumes.remove(action.name);
      await api.delete(`${VOLUMES}/${action.name}`);
  }
}

const list = async <Item>(path: string): Promise<List<Item>> =>
  JSON.parse(await api.get(path)) as List<Item>;

async function round(): Promise<void> {
  const claims = await list<PersistentVolumeClaim>(CLAIMS);
  const existing = await list<PersistentVolume>(VOLUMES);
  for (const action of plan(claims.items, existing.items, (name) => volumes.pathOf(name))) {
    console.log(JSON.stringify(action));
    await carryOut(action);
  }
  const over = new AbortController();
  const changes = [
    api.change(CLAIMS, claims.metadata.resourceVersion, over.signal),
    api.change(VOLUMES, existing.metadata.resourceVersion, over.signal),
  ];
  try {
    await Promise.race(changes);
  } finally {
    over.abort();
    await Promise.allSettled(changes);
  }
}

for (;;) {
  try {
    await round();
  } catch (error) {
    console.error(error);
    await sleep(RETRY_MS);
  }
}
