/** The operator installed twice on one Kubernetes, as it must not be. */
import { makeNamespace } from '../namespace.ts';
import type { Ground } from './ground.ts';
import { releaseOf } from './release.ts';

const SECOND = 'robustmq-operator-second';
const LIMIT = '--timeout=120s';

/** Resolves when it is at work, and `helm test` has found it so. */
export async function installAgain({ kubectl, image, cluster }: Ground): Promise<void> {
  makeNamespace(kubectl, SECOND);
  const release = await releaseOf(cluster.run, SECOND);
  release.install(image, ['crds.install=false']);
  release.test();
}

/** Returns when it acts no more. What is in no namespace stays, and gives rights to nobody. */
export function uninstallAgain({ kubectl }: Ground): void {
  const deployment = ['deployment', SECOND, '-n', SECOND];
  kubectl('delete', ...deployment, '--ignore-not-found', '--cascade=foreground', LIMIT);
  kubectl('delete', 'namespace', SECOND, '--ignore-not-found', '--wait=false');
}
