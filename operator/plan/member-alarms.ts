import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { PlacedMember } from './picture.ts';

const DISK_SPACE = 'disk_space';

/** Of a member alone: others are of all that the members hold, and no reason to look at one. */
const OF_MEMBERS: readonly string[] = [DISK_SPACE, 'state_damaged'];

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

/** Whether it takes no writes, and gives leadership to one that does, if there is one. */
export const isShortOfSpace = (status: Status | undefined): boolean =>
  status?.alarms.some(({ name }) => name === DISK_SPACE) === true;
