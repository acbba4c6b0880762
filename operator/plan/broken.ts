import type { SeenPod } from './observation.ts';
import { votersOf } from './picture.ts';
import type { Picture } from './picture.ts';
import { stall } from './step.ts';
import type { Wait } from './step.ts';
import { PHASE } from './words.ts';

/** A member that is of no use by itself ever again: only a person can tell what its directory is worth. */
export function brokenMember(picture: Picture): Wait | undefined {
  const { seen } = picture;
  const broken = seen.pods.find(
    ({ status }) => status?.phase === PHASE.REFUSED || status?.phase === PHASE.BROKEN,
  );
  if (broken !== undefined) {
    const why = `${broken.name} does not run: ${broken.status?.error ?? ''}`;
    return stalled(picture, broken, `${why}; if it cannot be repaired`);
  }
  const older = votersOf(picture).find(({ regressed, pod }) => regressed && pod !== undefined);
  if (older?.pod === undefined) return undefined;
  const { name } = older.pod;
  const why = `${name} is on an older copy of its directory: member ${older.id} had acknowledged more than it holds, and counts in no quorum`;
  return stalled(picture, older.pod, `${why}; to have it replaced`);
}

function stalled({ seen }: Picture, { name, ordinal }: SeenPod, why: string): Wait {
  const volume = seen.volumes.find((each) => each.ordinal === ordinal)?.name ?? '';
  return stall('MemberBroken', `${why}: kubectl delete pvc ${volume} and pod ${name}`);
}
