/** Takes away what nobody owns any more. */
import type { World } from '../world.ts';
import { remotelyDelete } from './api-server.ts';

export function collectGarbage({ server, chance }: World): void {
  if (!chance.kubernetes.chance(0.1)) return;
  const uids = new Set([...server.objects.values()].map(({ object }) => object.metadata.uid));
  for (const { resource, object } of [...server.objects.values()]) {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0 || owners.some(({ uid }) => uids.has(uid ?? ''))) continue;
    remotelyDelete(server, resource, object.metadata.name);
  }
}
