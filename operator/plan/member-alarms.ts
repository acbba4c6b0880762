import type { PlacedMember } from './picture.ts';

/** Of a member alone: others are of all that the members hold, and no reason to look at one. */
const OF_MEMBERS: readonly string[] = ['disk_space', 'state_damaged'];

/** What members that run say is wrong with them. By name: what more they say changes all the time. */
export const alarmsOf = (members: readonly PlacedMember[]): readonly string[] =>
  members.flatMap(({ id, healthy, pod }) => {
    const names = (pod?.status.alarms ?? [])
      .map(({ name }) => name)
      .filter((name) => OF_MEMBERS.includes(name));
    return healthy && pod && names.length > 0
      ? [`member ${id} in ${pod.name} raises the alarm ${names.join(', ')}`]
      : [];
  });
