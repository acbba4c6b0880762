/** A Kubernetes to work with: built and brought up here, or one that is there. */
import { MissingToolError } from '../processes/missing-tool.ts';
import { requireTools } from '../processes/namespaces.ts';
import { API_TOOLS, CLUSTER_TOOLS, startCluster, type OwnCluster } from './cluster/own-cluster.ts';
import type { Run } from './cluster/run.ts';
import { findContext, useCluster } from './existing/existing-cluster.ts';
import { pauseImage } from './image/pause.ts';
import { buildProjectImage } from './image/project-image.ts';
import { buildParts } from './parts/build.ts';
import { ALL_PARTS, API_PARTS } from './parts/parts.ts';

export interface ClusterWish {
  readonly name: string;
  /** Of the user's kubeconfig. Undefined: one of kind, k3d or minikube that answers, or else one of our own. */
  readonly context?: string | undefined;
  /** One of our own, whatever else is there: its nodes can be hurt. */
  readonly own?: boolean;
  /** One that the cluster can pull, instead of one that is built from here. */
  readonly image?: string | undefined;
  /** An API server alone, on which nothing acts. */
  readonly apiOnly?: boolean;
}

export interface Obtained {
  readonly run: Run;
  /** Undefined: there is none, and nobody to run it. */
  readonly image: string | undefined;
  /** The program. */
  readonly kubectl: string;
  /** If it is ours: it ends with this program, unless it is told to stay. */
  readonly own?: OwnCluster;
}

const NODES = 3;

/**
 * Resolves when it can be used; `step` hears what it is busy with. Throws MissingToolError, which
 * says in one sentence what to install or set, where there is none to be had.
 */
export function obtainCluster(wish: ClusterWish, step: (name: string) => void): Promise<Obtained> {
  const context = chooseContext(wish);
  return context === undefined ? bringUp(wish, step) : use(context, wish, step);
}

/** The context to use; undefined: a cluster of our own. */
function chooseContext({ context, own, apiOnly }: ClusterWish): string | undefined {
  if (context !== undefined) return context;
  const found = own === true || apiOnly === true ? undefined : findContext();
  if (found !== undefined) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0) return undefined;
  throw new MissingToolError(
    'Run this as root on Linux with Go 1.26 or newer, or say by --context which cluster to use: there is none of kind, k3d or minikube.',
  );
}

async function use(
  context: string,
  { name, image }: ClusterWish,
  step: (name: string) => void,
): Promise<Obtained> {
  const built = image === undefined ? buildProjectImage(step) : undefined;
  const run = await useCluster(name, context, built);
  return { run, image: image ?? built?.name, kubectl: 'kubectl' };
}

async function bringUp(
  { name, image, apiOnly = false }: ClusterWish,
  step: (name: string) => void,
): Promise<Obtained> {
  // Before minutes are spent on what cannot be started.
  requireTools(apiOnly ? API_TOOLS : CLUSTER_TOOLS);
  const programs = await buildParts(apiOnly ? API_PARTS : ALL_PARTS);
  const built = apiOnly || image !== undefined ? undefined : buildProjectImage(step);
  const images = built === undefined ? [] : [built.archive];
  const own = await startCluster(
    apiOnly
      ? { name, programs, nodes: 0, images: [] }
      : { name, programs, nodes: NODES, images: [pauseImage(programs.pause), ...images] },
    step,
  );
  return { run: own.run, image: image ?? built?.name, kubectl: programs.kubectl, own };
}
