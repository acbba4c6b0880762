import type { Incident } from '../api/cluster.ts';
import { contentHash } from '../resources/content-hash.ts';
import { votersOf } from './picture.ts';
import type { Picture } from './picture.ts';
import { PHASE } from './words.ts';

/**
 * The loss of a quorum as it stands: who is left, the furthest first. Its id says all of it, so that
 * consent given to one incident is none to the next, nor to this one with another survivor back. Who has
 * not opened its directory cannot say how far it is, and is none of them yet.
 */
export function incidentOf(picture: Picture): Incident {
  const survivors = votersOf(picture)
    .flatMap(({ id, pod }) =>
      pod?.status.phase !== PHASE.RUNNING
        ? []
        : [
            {
              member: id,
              pod: pod.name,
              lastLogTerm: pod.status.lastLogTerm,
              lastLogIndex: pod.status.lastLogIndex,
            },
          ],
    )
    .sort(
      (a, b) =>
        b.lastLogTerm - a.lastLogTerm || b.lastLogIndex - a.lastLogIndex || a.member - b.member,
    );
  const clusterIds = picture.members.flatMap(({ pod }) => pod?.status.clusterId ?? []);
  const clusterId = clusterIds.find((each) => each !== '') ?? '';
  const facts = survivors.map(
    ({ member, lastLogTerm, lastLogIndex }) => `${member}:${lastLogTerm}:${lastLogIndex}`,
  );
  const id = contentHash([clusterId, picture.configuration?.index ?? 0, ...facts].join('/'));
  return { id, survivors };
}
