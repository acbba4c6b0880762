import type { Config } from '../config/settings.ts';
import { divergenceAlarms } from '../controllers/divergence-alarms.ts';
import type { NodeStatus } from '../node/node.ts';
import type { AdminAlarm } from '../services/admin/parts.ts';
import type { FreeSpace } from './free-space.ts';

/** Every alarm that this process raises beside those of its node's peers. */
export const processAlarms = (
  config: Config,
  space: FreeSpace,
  status: NodeStatus,
): readonly AdminAlarm[] => [
  ...spaceAlarms(config, space),
  ...damageAlarms(status),
  ...divergenceAlarms(status),
];

function spaceAlarms(config: Config, space: FreeSpace): readonly AdminAlarm[] {
  if (!space.isLow()) return [];
  const message = `The disk has ${space.freeBytes() ?? 0} bytes left, less than storage.free_min of ${config['storage.free_min']}: writes are refused. Free space, or make the disk larger; the alarm ends by itself.`;
  return [{ name: 'disk_space', message }];
}

function damageAlarms({ damage }: NodeStatus): readonly AdminAlarm[] {
  if (damage === undefined) return [];
  const message = `The state on disk is not what was written (${damage.message}) While the other members have the same state, the leader sends this one a new one and the alarm ends by itself; look at the disk.`;
  return [{ name: 'state_damaged', message }];
}

/** The names of all alarms that are on, those of the node too. */
export const alarmNames = (
  own: readonly AdminAlarm[],
  { peers }: Pick<NodeStatus, 'peers'>,
): readonly string[] => [
  ...own.map(({ name }) => name),
  ...(peers.some(({ regressed }) => regressed) ? ['member_regressed'] : []),
];
