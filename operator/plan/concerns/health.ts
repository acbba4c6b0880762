import { ailing } from '../ailing.ts';
import { brokenMember } from '../broken.ts';
import { votersOf } from '../picture.ts';
import type { Picture } from '../picture.ts';
import { wait } from '../step.ts';
import type { Step } from '../step.ts';

/** Nothing is left to do, and yet not all is well: members come back by themselves, or a person looks. */
export function health(picture: Picture): Step | undefined {
  const broken = brokenMember(picture);
  if (broken) return broken;
  const sick = votersOf(picture).filter(({ healthy }) => !healthy);
  if (sick.length > 0) {
    return wait('MemberUnhealthy', sick.map((each) => ailing(picture.seen, each)).join(', '));
  }
  // Until kubelet has found it ready, no Service leads to it.
  const unready = votersOf(picture).flatMap(({ pod }) => (pod?.ready === false ? [pod.name] : []));
  if (unready.length === 0) return undefined;
  return wait('WaitingForPods', `${unready.join(', ')} is not ready yet, as kubelet says`);
}
