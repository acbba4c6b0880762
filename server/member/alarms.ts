import type { Config } from '../config/settings.ts';
import { findingsOf, judge } from '../controllers/divergence-verdict.ts';
import type { Remedy } from '../controllers/divergence-verdict.ts';
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

/** What a leader knows of the states of all members. */
export function divergenceAlarms(status: NodeStatus): readonly AdminAlarm[] {
  const findings = findingsOf(status);
  const verdict = findings && judge(findings);
  switch (verdict?.kind) {
    case undefined:
    case 'equal':
      return [];
    case 'undecided': {
      const message = `No majority of the voters has the same state at index ${verdict.index}: nobody can tell which is right, and nothing was changed. Save a snapshot of every member, compare them, and add members anew from the one that is right.`;
      return [{ name: 'state_diverged', message }];
    }
    case 'wrong': {
      const members = verdict.wrong.join(', ');
      const message = `The state of member ${members} at index ${verdict.index} is not that of the majority. ${remedyText(verdict.remedy)} The alarm ends by itself.`;
      return [{ name: 'state_diverged', message }];
    }
  }
}

function remedyText(remedy: Remedy): string {
  switch (remedy.kind) {
    case 'transfer':
      return `Leadership goes to member ${remedy.to} first.`;
    case 'rebuild':
      return `Member ${remedy.member} gets a snapshot of the leader.`;
    case 'wait':
      return `It is not replaced yet: ${remedy.why}.`;
  }
}

/** The names of all alarms that are on, those of the node too. */
export const alarmNames = (
  own: readonly AdminAlarm[],
  { peers }: Pick<NodeStatus, 'peers'>,
): readonly string[] => [
  ...own.map(({ name }) => name),
  ...(peers.some(({ regressed }) => regressed) ? ['member_regressed'] : []),
];
