import type { Config } from '../config/settings.ts';
import type { NodeStatus } from '../node/node.ts';
import type { AdminAlarm } from '../services/admin/parts.ts';
import type { FreeSpace } from './free-space.ts';

/** Every alarm that this process raises beside those of its node. */
export function processAlarms(config: Config, space: FreeSpace): readonly AdminAlarm[] {
  if (!space.isLow()) return [];
  const message = `The disk has ${space.freeBytes() ?? 0} bytes left, less than storage.free_min of ${config['storage.free_min']}: writes are refused. Free space, or make the disk larger; the alarm ends by itself.`;
  return [{ name: 'disk_space', message }];
}

/** The names of all alarms that are on, those of the node too. */
export const alarmNames = (
  own: readonly AdminAlarm[],
  { peers }: Pick<NodeStatus, 'peers'>,
): readonly string[] => [
  ...own.map(({ name }) => name),
  ...(peers.some(({ regressed }) => regressed) ? ['member_regressed'] : []),
];
