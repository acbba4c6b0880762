/** The power of a node: without it nothing of it runs, and its disk is as it was. */
import { until } from '../../processes/until.ts';
import { cgroupsOf, processes, signalAll } from '../remains.ts';
import { containerdService, kubeletService, proxyService } from './node.ts';
import type { NodePlan } from './plan.ts';
import { askContainerd, planOf, startWithin } from './programs.ts';
import { commandOf, type Service } from './service.ts';

const END_LIMIT_MS = 30_000;
const START_LIMIT_MS = 30_000;

/** Resolves when the last process of the node has ended. Throws when there is no such node. */
export async function switchOff(cluster: string, name: string): Promise<void> {
  const { node } = planOfNode(cluster, name);
  await until(`nothing of ${name} runs`, END_LIMIT_MS, () => {
    const pids = processesOn(node);
    signalAll(pids, 'SIGKILL');
    return Promise.resolve(pids.length === 0);
  });
}

/** Starts what a node runs by itself, and resolves: kubelet finds out what else is to run. */
export async function switchOn(cluster: string, name: string): Promise<void> {
  const { plan, node } = planOfNode(cluster, name);
  const start = (service: Service): void => startWithin(cluster, service.name, commandOf(service));
  start(containerdService(plan, node));
  // A kubelet that finds nobody there ends.
  await until(`containerd of ${name} answers`, START_LIMIT_MS, () => {
    askContainerd(cluster, node, ['version']);
    return Promise.resolve(true);
  });
  start(kubeletService(plan, node));
  start(proxyService(plan, node));
}

function planOfNode(cluster: string, name: string) {
  const plan = planOf(cluster);
  const node = plan.nodes.find((each) => each.name === name);
  if (node === undefined) throw new Error(`${cluster} has no node ${name}`);
  return { plan, node };
}

/** Its programs, by what they were told; and all that is in containers of it, but for what has ended. */
const processesOn = ({ directory, cgroup }: NodePlan): readonly number[] =>
  processes()
    .filter(({ words }) => words.join('') !== '')
    .filter(
      ({ pid, words }) =>
        words.some((word) => word.includes(`${directory}/`)) ||
        cgroupsOf(pid).includes(`${cgroup}/`),
    )
    .map(({ pid }) => pid);
