/** `npm run k8s:up`: a Kubernetes to try things on. See `--help`. */
import { Command } from 'commander';
import { startCluster } from './cluster/own-cluster.ts';
import { pauseImage } from './image/pause.ts';
import { buildParts } from './parts/build.ts';
import { ALL_PARTS, API_PARTS } from './parts/parts.ts';

interface Flags {
  readonly name: string;
  readonly apiOnly?: true;
}

const NODES = 3;

const { name, apiOnly } = new Command('k8s:up')
  .description('Brings up a Kubernetes of three nodes, made from source, in namespaces of its own.')
  .option('--name <name>', 'what to call it: several can be up', 'dev')
  .option('--api-only', 'an API server alone, on which nothing acts')
  .parse()
  .opts<Flags>();

try {
  const programs = await buildParts(apiOnly ? API_PARTS : ALL_PARTS);
  const begin = performance.now();
  const seconds = (): string => ((performance.now() - begin) / 1000).toFixed(1);
  const cluster = await startCluster(
    {
      ...{ name, programs },
      nodes: apiOnly ? 0 : NODES,
      images: apiOnly ? [] : [pauseImage(programs.pause)],
    },
    (step) => console.error(`${seconds()} s  ${step}`),
  );
  cluster.keep();
  console.log(`Up after ${seconds()} s. In this shell:
  export KUBECONFIG=${cluster.run.kubeconfig}
  alias kubectl=${programs.kubectl}
Logs are in ${cluster.run.logs}. It ends with: npm run k8s:down -- --name ${name}`);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
