/** What somebody who runs the cluster does by way of a simulated broker. */
import { unregisterNode } from '../../state/registry/registration.ts';
import type { ErrandsOf } from './errands.ts';
import { BROKERS } from './options.ts';

const nothing = (): void => undefined;

/** Takes a broker out for good that does not run; it may come back all the same. */
export function takeOutBroker({ cluster, prng }: ErrandsOf): void {
  const all = Array.from({ length: BROKERS }, (_, at) => at + 1);
  const gone = all.filter((id) => !cluster.isAlive(id));
  if (gone.length > 0) cluster.change(unregisterNode, BigInt(prng.pick(gone)), nothing);
}
