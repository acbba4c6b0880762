/** Takes away what nobody owns any more, one after the other. */
import type { World } from '../world.ts';
import { remotelyDelete } from './api-server.ts';

export function collectGarbage({ server, chance }: World): void {
  if (!chance.kubernetes.chance(0.3)) return;
  const uids = new Set([...server.objects.values()].map(({ object }) => object.metadata.uid));
  for (const { resource, object } of [...server.objects.values()]) {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0 || owners.some(({ uid }) => uids.has(uid ?? ''))) continue;
    if (!chance.kubernetes.chance(0.5)) continue;
    remotelyDelete(server, resource, object.metadata.name);
  }
}
