/** The chart of the operator on a cluster, as people install and upgrade it: by helm. */
import { dirname } from 'node:path';
import { CHART, helmOf } from '../chart/render.ts';
import type { Run } from '../cluster/run.ts';
import { buildParts } from '../parts/build.ts';

/** In a namespace of its name. Each resolves, or throws with what helm said, when all of it is ready. */
export interface Release {
  /** Or upgrades it; `values`: as of `--set`. */
  install(image: string, values?: readonly string[]): void;
  /** `helm test`. */
  test(): void;
}

const LIMIT = '--timeout=120s';

/** Resolves when helm has been built; nothing is installed. */
export async function releaseOf({ kubeconfig }: Run, name: string): Promise<Release> {
  const helm = helmOf((await buildParts(['helm'])).helm, dirname(kubeconfig), kubeconfig);
  const run = (...args: readonly string[]): void => {
    const { ok, out, errors } = helm(...args, '--namespace', name, LIMIT);
    if (!ok) throw new Error(`helm ${args.join(' ')}: ${out}${errors}`);
  };
  return {
    install: (image, values = []) => {
      const set = [...valuesOf(image), ...values].join();
      run('upgrade', '--install', name, CHART, '--wait', '--set', set);
    },
    test: () => run('test', name),
  };
}

function valuesOf(image: string): readonly string[] {
  const at = image.lastIndexOf(':');
  return [`image.repository=${image.slice(0, at)}`, `image.tag=${image.slice(at + 1)}`];
}
