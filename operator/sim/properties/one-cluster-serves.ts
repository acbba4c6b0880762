/** After a recovery nobody serves as the cluster of before: what it acknowledged would be lost. */
import { childNames } from '../../api/names.ts';
import { PODS, SERVICES } from '../../resources/kinds.ts';
import { all, find, hasLabels } from '../kubernetes/api-server.ts';
import { currentGroup } from '../members/fleet.ts';
import { PLACE, violate } from '../world.ts';
import type { World } from '../world.ts';

/** Looks at all clusters that ever were. */
export function watchClusters(world: World): void {
  const { fleet } = world;
  const current = currentGroup(fleet);
  for (const { id, leader } of fleet.groups.values()) {
    if (id === current?.id || leader === undefined) continue;
    const led = clientsAreLedTo(world, id) ? ', and the Service leads to it' : '';
    violate(world, 'one cluster serves', `${leader} leads ${id}${led}`);
  }
}

/** Whether a pod that is ready, and that the clients' Service selects, has a member of it. */
function clientsAreLedTo({ server, fleet }: World, group: string): boolean {
  const selector = find(server, SERVICES, childNames(PLACE.name).clientService)?.spec?.selector;
  return all(server, PODS).some(
    (pod) =>
      selector !== undefined &&
      hasLabels(pod, selector) &&
      pod.metadata.deletionTimestamp === undefined &&
      pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') &&
      fleet.processes.get(pod.metadata.name)?.directory.group === group,
  );
}
