import { until } from '../../processes/until.ts';
import { isReady, type Conditioned } from '../health/ready.ts';
import type { Kubectl } from '../kubectl.ts';

interface Node extends Conditioned {
  readonly spec: { readonly taints?: readonly { readonly effect: string }[] };
}

const LIMIT_MS = 60_000;

/**
 * Resolves when every node is ready and takes pods: one that was given back just before does not yet,
 * and then two members share another one. Rejects when that takes longer than a minute.
 */
export const nodesInService = (kubectl: Kubectl): Promise<unknown> =>
  until('all nodes take pods', LIMIT_MS, () => {
    const { items } = JSON.parse(kubectl('get', 'nodes', '-o=json')) as { items: readonly Node[] };
    return Promise.resolve(items.every((node) => isReady(node) && takesPods(node)));
  });

const takesPods = ({ spec: { taints = [] } }: Node): boolean =>
  taints.every(({ effect }) => effect === 'PreferNoSchedule');
