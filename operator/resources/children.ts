import { configMap } from './configuration.ts';
import type { BuildContext } from './context.ts';
import { networkPolicy } from './network-policy.ts';
import { podDisruptionBudget } from './pod-disruption-budget.ts';
import { clientService, peerService, serviceAccount } from './services.ts';

/** An object as it is applied; what its kind has beyond this is in its own builder. */
export interface Child {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

/** All children but the StatefulSet, which is decided separately; in the order to apply them. */
export function children(context: BuildContext): readonly Child[] {
  const all = [
    serviceAccount(context),
    networkPolicy(context),
    configMap(context),
    peerService(context),
    clientService(context),
    podDisruptionBudget(context),
  ];
  return all.filter((child) => child !== undefined);
}
