/** The operator installed twice on one Kubernetes, as it must not be. */
import { renderInstall } from '../chart/render.ts';
import type { Ground } from './ground.ts';
import { installation } from './installation.ts';

const SECOND = 'robustmq-operator-second';

/** Resolves when it is at work. */
export async function installAgain({ kubectl, image }: Ground): Promise<void> {
  const objects = installation(image, await renderInstall(SECOND));
  const { ok, said } = kubectl.attempt(['apply'], objects);
  if (!ok) throw new Error(`the second operator cannot be installed: ${said}`);
  kubectl('rollout', 'status', '--timeout=120s', '-n', SECOND, `deployment/${SECOND}`);
}

/** What is in no namespace stays, and gives rights to nobody. */
export const uninstallAgain = ({ kubectl }: Ground): string =>
  kubectl('delete', 'namespace', SECOND, '--ignore-not-found', '--wait=false');
