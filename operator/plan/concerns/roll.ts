import { votersOf } from '../picture.ts';
import type { Picture } from '../picture.ts';
import { restartPod } from '../safety.ts';
import { wait } from '../step.ts';
import type { Step } from '../step.ts';
import { transferTo } from '../transfer.ts';
import { outdatedPods } from './outdated.ts';

/** Gives the new template to one pod after the other, the leader's last, and stops at the first that fails. */
export function roll(picture: Picture): Step | undefined {
  const set = picture.seen.statefulSet;
  // Until then nobody knows which pods are of the old template: to call that ready would be too early.
  if (set !== undefined && set.updateRevision === undefined) {
    return wait('RollingOut', 'the StatefulSet controller has yet to take the new template');
  }
  const pods = outdatedPods(picture);
  const old = new Set(pods.map(({ uid }) => uid));
  if (pods.length === 0) return undefined;
  const voters = votersOf(picture);
  const unproven = voters.find(({ healthy, pod }) => !healthy && !(pod && old.has(pod.uid)));
  if (unproven) {
    return wait(
      'RollingOut',
      `member ${unproven.id} must be healthy before the next one is restarted`,
    );
  }
  const followers = pods.filter(({ uid }) => uid !== picture.leader?.uid);
  const [pod] = followers.length > 0 ? followers : pods;
  if (pod === undefined) return undefined;
  const message = `${pod.name} takes the new template`;
  const updated = voters.filter((voter) => voter.pod && !old.has(voter.pod.uid));
  if (pod.uid === picture.leader?.uid && voters.length > 1) {
    return transferTo(picture, updated, `${message}; it leads and hands over before`);
  }
  return restartPod(picture, pod, { reason: 'RollingOut', message });
}
