/** Members must believe each other all the time: whoever does not loses its vote as if its node were gone. */
import { CLUSTERS, PODS } from '../../resources/kinds.ts';
import { find } from '../kubernetes/api-server.ts';
import type { Process } from '../members/fleet.ts';
import { PLACE, violate } from '../world.ts';
import type { World } from '../world.ts';
import { believe } from './believe.ts';
import { areCertificatesSettled } from './settled.ts';

/** Looks at all pairs of members; those of a resource that is gone have not to believe anybody. */
export function watchBelief(world: World): void {
  const { server, fleet, certificates, nowMs } = world;
  // Who believes an authority that Kubernetes does not know any more believes nobody who starts now.
  if (world.authoritiesTakenBack) {
    world.authoritiesTakenBack = !areCertificatesSettled(world);
    return;
  }
  const since = numberOf(find(server, CLUSTERS, PLACE.name)?.metadata.uid);
  const all = [...fleet.processes.values()].filter(({ pod, podUid }) => {
    const { uid, deletionTimestamp } = find(server, PODS, pod)?.metadata ?? {};
    return deletionTimestamp === undefined && uid === podUid && numberOf(uid) > since;
  });
  const members = new Map(
    all.map((member) => [member.material.certificate + member.material.authorities, member]),
  );
  for (const one of members.values()) {
    for (const other of members.values()) {
      if (believe(certificates, one.material, other.material, nowMs)) continue;
      violate(world, 'members believe each other', describe(one, other));
      return;
    }
  }
}

/** Of a UID: they count up. */
const numberOf = (uid = 'uid-0'): number => Number(uid.slice('uid-'.length));

const describe = (one: Process, other: Process): string =>
  [one, other].map(({ pod, material }) => `${pod} has ${JSON.stringify(material)}`).join(', and ');
