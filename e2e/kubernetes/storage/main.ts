/**
 * A provisioner of PersistentVolumes of the type `local`: a loop of look, plan, act, wait for a
 * change.
 *
 * main.ts KUBECONFIG DIRECTORY
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from '@kubernetes/client-node';
import { plan, type Action } from './plan.ts';
import { volumesIn } from './volume.ts';

const RETRY_MS = 500;
/** Looks again then, even if nothing was heard. */
const WATCH_S = 60;
const CLAIMS = '/api/v1/persistentvolumeclaims';
const VOLUMES = '/api/v1/persistentvolumes';

const [, , kubeconfig = '', directory = ''] = process.argv;
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const api = config.makeApiClient(CoreV1Api);
const watch = new Watch(config);
const volumes = volumesIn(directory);
const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

async function carryOut(action: Action): Promise<void> {
  switch (action.kind) {
    case 'provision':
      volumes.make(action.volume.metadata?.name ?? '', action.bytes);
      await api.createPersistentVolume({ body: action.volume });
      return;
    case 'grow': {
      const { name, claim, size } = action;
      volumes.grow(name, action.bytes);
      const capacity = { storage: size };
      await api.patchPersistentVolume({ name, body: { spec: { capacity } } }, merge);
      const body = { status: { capacity, conditions: null } };
      await api.patchNamespacedPersistentVolumeClaimStatus({ ...claim, body }, merge);
      return;
    }
    case 'remove':
      volumes.remove(action.name);
      await api.deletePersistentVolume({ name: action.name });
  }
}

/** Resolves at the first change after a version, or after a while. */
async function change(path: string, resourceVersion: string, end: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const query = { resourceVersion, timeoutSeconds: WATCH_S };
  const request = await watch.watch(
    path,
    query,
    () => resolve(undefined),
    () => resolve(undefined),
  );
  end.addEventListener('abort', () => request.abort());
  await promise;
}

async function round(): Promise<void> {
  const [claims, existing] = [
    await api.listPersistentVolumeClaimForAllNamespaces(),
    await api.listPersistentVolume(),
  ];
  for (const action of plan(claims.items, existing.items, volumes.pathOf)) {
    console.log(JSON.stringify(action));
    await carryOut(action);
  }
  const over = new AbortController();
  await Promise.race([
    change(CLAIMS, claims.metadata?.resourceVersion ?? '', over.signal),
    change(VOLUMES, existing.metadata?.resourceVersion ?? '', over.signal),
  ]);
  over.abort();
}

for (;;) {
  try {
    await round();
  } catch (error) {
    console.error(error);
    await sleep(RETRY_MS);
  }
}
