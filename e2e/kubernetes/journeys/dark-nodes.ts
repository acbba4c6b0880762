/** Nodes without power, which Kubernetes is told of as people tell it: by a taint. */
import { until } from '../../processes/until.ts';
import { switchOff, switchOn } from '../cluster/power.ts';
import type { Kubectl } from '../kubectl.ts';

export interface DarkNodes {
  /** Resolves when nothing of it runs. */
  switchOff(name: string): Promise<void>;
  /** Of all of them, as soon as Kubernetes has noticed by itself: no pod of theirs runs, nor will. */
  takeOutOfService(): Promise<void>;
  /** Resolves when all of them are ready, and in service. */
  switchOn(): Promise<void>;
}

/** KEP-2268: pods of such a node are deleted without anybody asking it. */
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';
/** Nothing is heard of it for 40 s before; it is ready within seconds. */
const NOTICE_LIMIT_MS = 90_000;

/** None yet. */
export function darkNodes(kubectl: Kubectl, cluster: string): DarkNodes {
  let dark: readonly string[] = [];
  const isReady = (name: string): boolean =>
    kubectl(
      ...['get', 'node', name],
      '-o=jsonpath={.status.conditions[?(@.type=="Ready")].status}',
    ) === 'True';
  return {
    switchOff: async (name) => {
      // Given back even if not all of it ends.
      dark = [...dark, name];
      await switchOff(cluster, name);
    },
    takeOutOfService: async () => {
      for (const name of dark) {
        await until(`${name} is not ready`, NOTICE_LIMIT_MS, () => Promise.resolve(!isReady(name)));
        kubectl('taint', 'node', name, `${OUT_OF_SERVICE}=nodeshutdown:NoExecute`, '--overwrite');
      }
    },
    switchOn: async () => {
      const names = dark;
      dark = [];
      for (const name of names) {
        kubectl.attempt(['taint', 'node', name, `${OUT_OF_SERVICE}-`]);
        await switchOn(cluster, name);
      }
      for (const name of names) {
        await until(`${name} is ready`, NOTICE_LIMIT_MS, () => Promise.resolve(isReady(name)));
      }
    },
  };
}
