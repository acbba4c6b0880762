/** `npm run k8s:up`: a Kubernetes to try things on. See `--help`. */
import { Command } from 'commander';
import { kubectlFlags } from './kubectl.ts';
import { obtainCluster } from './obtain.ts';

interface Flags {
  readonly name: string;
  readonly context?: string;
  readonly image?: string;
  readonly apiOnly?: true;
}

const flags = new Command('k8s:up')
  .description(
    `Uses the cluster of --context, or one that kind, k3d or minikube made, in a namespace of its own.
Where there is none it brings up three nodes, built from source, in namespaces of their own (Linux, root).`,
  )
  .option('--name <name>', 'what to call it: several can be up', 'dev')
  .option('--context <name>', 'use this context of your kubeconfig')
  .option(
    '--image <reference>',
    'an image that the cluster can pull, instead of one built from here',
  )
  .option('--api-only', 'an API server alone, on which nothing acts')
  .parse()
  .opts<Flags>();

const begin = performance.now();
const step = (what: string): void => {
  console.error(`${((performance.now() - begin) / 1000).toFixed(1).padStart(5)} s  ${what}`);
};

try {
  const { run, image, kubectl, own } = await obtainCluster(flags, step);
  await own?.keep();
  step('up');
  console.log(`In this shell:
  alias kubectl='${[kubectl, ...kubectlFlags(run.kubeconfig)].join(' ')}'
${image === undefined ? '' : `Image of this working copy: ${image}\n`}It ends with: npm run k8s:down -- --name ${run.name}`);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
