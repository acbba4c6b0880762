import type { Picture } from './picture.ts';
import { stall } from './step.ts';
import type { Wait } from './step.ts';
import { PHASE } from './words.ts';

/** A member that does not run by itself ever again: only a person can tell what its directory is worth. */
export function brokenMember({ seen }: Picture): Wait | undefined {
  const broken = seen.pods.find(
    ({ status }) => status?.phase === PHASE.REFUSED || status?.phase === PHASE.BROKEN,
  );
  if (broken === undefined) return undefined;
  const { name, status, ordinal } = broken;
  const volume = seen.volumes.find((each) => each.ordinal === ordinal)?.name ?? '';
  return stall(
    'MemberBroken',
    `${name} does not run: ${status?.error ?? ''}; if it cannot be repaired: kubectl delete pvc ${volume} and pod ${name}`,
  );
}
