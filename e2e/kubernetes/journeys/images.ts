/** One more name for an image, on all nodes: an update to the same program. */
import { command } from '../../processes/namespaces.ts';
import { containerdSocket } from '../cluster/node.ts';
import { nodePlan, type NodePlan } from '../cluster/plan.ts';
import type { Ground } from '../operator/ground.ts';
import { buildParts } from '../parts/build.ts';
import { firstProcessOf } from '../cluster/programs.ts';

const nodesOf = ({ kubectl, cluster }: Ground): readonly NodePlan[] =>
  kubectl('get', 'nodes', '-o=name')
    .trim()
    .split('\n')
    .map((name) => nodePlan(cluster.run, Number(name.replace('node/node', ''))));

/** Resolves with the name. */
export async function nameAgain(ground: Ground): Promise<string> {
  const { image, cluster } = ground;
  const again = `${image}-again`;
  const { ctr } = await buildParts(['ctr']);
  const { pid } = firstProcessOf(cluster.run.name);
  for (const node of nodesOf(ground)) {
    command('nsenter', [
      ...[`--mount=/proc/${pid}/ns/mnt`, ctr, `--address=${containerdSocket(node)}`],
      ...['--namespace=k8s.io', 'images', 'tag', '--force', image, again],
    ]);
  }
  return again;
}
