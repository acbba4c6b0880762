/** Clusters on a developer's machine, by the tool that made them: it can be found, and given images. */

export type Command = readonly [bin: string, args: readonly string[]];

export interface ClusterTool {
  /** Names of its contexts. */
  readonly contexts: RegExp;
  /** Gives the nodes an image that is in an archive. */
  load(context: string, archive: string): Command;
}

const CLUSTER_TOOLS: readonly ClusterTool[] = [
  {
    contexts: /^kind-/,
    load: (context, archive) => {
      const name = context.replace('kind-', '');
      return ['kind', ['load', 'image-archive', archive, '--name', name]];
    },
  },
  {
    contexts: /^k3d-/,
    load: (context, archive) => {
      const name = context.replace('k3d-', '');
      return ['k3d', ['image', 'import', archive, '--cluster', name]];
    },
  },
  {
    contexts: /^minikube$/,
    load: (context, archive) => ['minikube', ['image', 'load', archive, '--profile', context]],
  },
];

export const toolOf = (context: string): ClusterTool | undefined =>
  CLUSTER_TOOLS.find(({ contexts }) => contexts.test(context));
