/** `npm run k8s:up`: a Kubernetes to try things on. See `--help`. */
import { Command } from 'commander';
import { MissingToolError } from '../processes/missing-tool.ts';
import { requireTools } from '../processes/namespaces.ts';
import type { Run } from './cluster/run.ts';
import { API_TOOLS, CLUSTER_TOOLS, startCluster } from './cluster/own-cluster.ts';
import { findContext, useCluster } from './existing/existing-cluster.ts';
import { pauseImage } from './image/pause.ts';
import { buildProjectImage } from './image/project-image.ts';
import { kubectlFlags } from './kubectl.ts';
import { buildParts } from './parts/build.ts';
import { ALL_PARTS, API_PARTS } from './parts/parts.ts';

interface Flags {
  readonly name: string;
  readonly context?: string;
  readonly image?: string;
  readonly apiOnly?: true;
}

const NODES = 3;

const flags = new Command('k8s:up')
  .description(
    `Brings up a Kubernetes of ${NODES} nodes, built from source, in namespaces of its own (Linux, root).
Elsewhere, and with --context, it uses a cluster that is there, in a namespace of its own.`,
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

let begin = performance.now();
const step = (what: string): void => {
  console.error(`${((performance.now() - begin) / 1000).toFixed(1).padStart(5)} s  ${what}`);
};

/** The context to use; undefined: a cluster of our own. */
function chooseContext(): string | undefined {
  if (flags.context !== undefined) return flags.context;
  if (process.platform === 'linux' && process.getuid?.() === 0) return undefined;
  const found = findContext();
  if (found !== undefined) return found;
  throw new MissingToolError(
    'Run this as root on Linux with Go 1.26 or newer, or say by --context which cluster to use: there is none of kind, k3d or minikube.',
  );
}

interface Up {
  readonly run: Run;
  readonly image: string | undefined;
  readonly kubectl: string;
}

async function use(context: string): Promise<Up> {
  const image = flags.image === undefined ? buildProjectImage(step) : undefined;
  const run = await useCluster(flags.name, context, image);
  return { run, image: flags.image ?? image?.name, kubectl: 'kubectl' };
}

async function bringUp(): Promise<Up> {
  const { name, apiOnly = false } = flags;
  // Before minutes are spent on what cannot be started.
  requireTools(apiOnly ? API_TOOLS : CLUSTER_TOOLS);
  const programs = await buildParts(apiOnly ? API_PARTS : ALL_PARTS);
  const image = apiOnly || flags.image !== undefined ? undefined : buildProjectImage(step);
  const images = image === undefined ? [] : [image.archive];
  begin = performance.now();
  const cluster = await startCluster(
    apiOnly
      ? { name, programs, nodes: 0, images: [] }
      : { name, programs, nodes: NODES, images: [pauseImage(programs.pause), ...images] },
    step,
  );
  await cluster.keep();
  return { run: cluster.run, image: flags.image ?? image?.name, kubectl: programs.kubectl };
}

try {
  const context = chooseContext();
  const { run, image, kubectl } = context === undefined ? await bringUp() : await use(context);
  step('up');
  console.log(`In this shell:
  alias kubectl='${[kubectl, ...kubectlFlags(run.kubeconfig)].join(' ')}'
${image === undefined ? '' : `Image of this working copy: ${image}\n`}It ends with: npm run k8s:down -- --name ${run.name}`);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
