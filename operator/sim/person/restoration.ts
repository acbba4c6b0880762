/** A person keeps what Kubernetes knows, and puts it back: members and disks are what they are by then. */
import { SECRET_KEYS } from '../../api/certificates.ts';
import { childNames } from '../../api/names.ts';
import { SECRETS } from '../../resources/kinds.ts';
import { find } from '../kubernetes/api-server.ts';
import { backUp, restore } from '../kubernetes/older-state.ts';
import { note, PLACE } from '../world.ts';
import type { World } from '../world.ts';

/** Keeps it as it is now, in place of what was kept before. */
export function backUpKubernetes(world: World): void {
  note(world, 'Kubernetes is backed up');
  const { server, fleet, givenUp } = world;
  world.backup = {
    state: backUp(server),
    founded: [...fleet.founded],
    givenUp: new Map(givenUp),
  };
}

/** Puts back what is kept; nothing when that is nothing. */
export function restoreKubernetes(world: World): void {
  const { server, fleet, givenUp, backup } = world;
  if (backup === undefined) return;
  note(world, 'Kubernetes is restored');
  const before = authoritiesIn(world);
  restore(server, backup.state);
  world.restored = true;
  world.pausedMs = world.nowMs;
  // Nothing is promised of what was begun since, but that it is found where its volumes are known.
  world.anew = undefined;
  fleet.founded.splice(0, Infinity, ...backup.founded);
  givenUp.clear();
  for (const [pod, uuid] of backup.givenUp) givenUp.set(pod, uuid);
  if (authoritiesIn(world) !== before) world.authoritiesTakenBack = true;
}

const authoritiesIn = ({ server }: World): string | undefined =>
  find(server, SECRETS, childNames(PLACE.name).tlsSecret)?.data?.[SECRET_KEYS.authorities];
