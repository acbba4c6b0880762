/** The operator installed twice on one Kubernetes, as it must not be: the second time by helm. */
import { dirname } from 'node:path';
import { CHART, helmOf } from '../chart/render.ts';
import { makeNamespace } from '../namespace.ts';
import { buildParts } from '../parts/build.ts';
import type { Ground } from './ground.ts';

const SECOND = 'robustmq-operator-second';
const LIMIT = '--timeout=120s';

/** Resolves when it is at work, and `helm test` has found it so. */
export async function installAgain({ kubectl, image, cluster }: Ground): Promise<void> {
  const { kubeconfig } = cluster.run;
  makeNamespace(kubectl, SECOND);
  const helm = helmOf((await buildParts(['helm'])).helm, dirname(kubeconfig), kubeconfig);
  const run = (...args: readonly string[]): void => {
    const answer = helm(...args, '--namespace', SECOND, LIMIT);
    if (!answer.ok) throw new Error(`helm ${args.join(' ')}: ${answer.out}${answer.errors}`);
  };
  const at = image.lastIndexOf(':');
  const values = [
    'crds.install=false',
    `image.repository=${image.slice(0, at)}`,
    `image.tag=${image.slice(at + 1)}`,
  ];
  run('install', SECOND, CHART, '--wait', '--set', values.join());
  run('test', SECOND);
}

/** Returns when it acts no more. What is in no namespace stays, and gives rights to nobody. */
export function uninstallAgain({ kubectl }: Ground): void {
  const deployment = ['deployment', SECOND, '-n', SECOND];
  kubectl('delete', ...deployment, '--ignore-not-found', '--cascade=foreground', LIMIT);
  kubectl('delete', 'namespace', SECOND, '--ignore-not-found', '--wait=false');
}
