import { ailing } from '../ailing.ts';
import { votersOf } from '../picture.ts';
import type { Picture } from '../picture.ts';
import { stall, wait } from '../step.ts';
import type { Step } from '../step.ts';
import { PHASE } from '../words.ts';

/** Nothing is left to do, and yet not all is well: members come back by themselves, or a person looks. */
export function health(picture: Picture): Step | undefined {
  const broken = picture.seen.pods.find(
    ({ status }) => status?.phase === PHASE.REFUSED || status?.phase === PHASE.BROKEN,
  );
  if (broken) {
    const { name, status, ordinal } = broken;
    const volume = picture.seen.volumes.find((each) => each.ordinal === ordinal)?.name ?? '';
    return stall(
      'MemberBroken',
      `${name} does not run: ${status?.error ?? ''}; if it cannot be repaired: kubectl delete pvc ${volume} and pod ${name}`,
    );
  }
  const sick = votersOf(picture).filter(({ healthy }) => !healthy);
  if (sick.length === 0) return undefined;
  return wait('MemberUnhealthy', sick.map((each) => ailing(picture.seen, each)).join(', '));
}
