/** `npm run k8s:down`: ends what `npm run k8s:up` brought up. See `--help`. */
import { Command } from 'commander';
import { endCluster } from './cluster/own-cluster.ts';
import { leaveCluster } from './existing/existing-cluster.ts';

const { name } = new Command('k8s:down')
  .description('Ends a cluster; nothing is left of it.')
  .option('--name <name>', 'of the cluster', 'dev')
  .parse()
  .opts<{ readonly name: string }>();

try {
  const wasUp = (await leaveCluster(name)) || (await endCluster(name));
  console.log(wasUp ? `The cluster ${name} has ended.` : `There is no cluster ${name}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
