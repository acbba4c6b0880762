import type { Config } from '../config/settings.ts';
import { divergenceAlarms } from '../controllers/divergence-alarms.ts';
import { brokersThatMissed } from '../controllers/pushes/registered.ts';
import type { Node, NodeStatus } from '../node/node.ts';
import type { AdminAlarm } from '../services/admin/parts.ts';
import { LIST_BYTES_MAX, longLists } from '../state/resources/list-bytes.ts';
import { listRecords } from '../state/resources/records.ts';
import { segmentConcern } from '../state/registry/shard.ts';
import type { ConcernKind } from '../state/registry/shard.ts';
import { GONE_BYTES_MAX, keptMs } from '../state/resources/told.ts';
import type { FreeSpace } from './free-space.ts';

/** Every alarm that this process raises beside those of its node's peers. */
export const processAlarms = (
  config: Config,
  space: FreeSpace,
  node: Pick<Node, 'range' | 'row' | 'status'>,
): readonly AdminAlarm[] => [
  ...spaceAlarms(config, space),
  ...damageAlarms(node.status()),
  ...divergenceAlarms(node.status()),
  ...listAlarms(node),
  ...pushAlarms(node),
  ...goneAlarms(node),
  ...segmentAlarms(node),
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

/** A list that is so long, as a share of what brokers can receive, is told of before it is full. */
const LONG_LIST_SHARE = 0.75;

/** Lists that brokers may soon not be able to receive. */
export function listAlarms(node: Pick<Node, 'range' | 'status'>): readonly AdminAlarm[] {
  if (node.status().phase !== 'running') return [];
  const lists = longLists((prefix, after) => node.range(prefix, after), LONG_LIST_SHARE);
  return [...lists].map(({ list, bytes }) => ({
    name: 'list_long',
    message: `Brokers list all ${list} in one reply when they start: it takes ${bytes} bytes, and what would make it longer than ${LIST_BYTES_MAX} is refused. Delete some.`,
  }));
}

/** Brokers whose caches are not what they should be, and cannot be mended from here. */
export function pushAlarms(node: Pick<Node, 'range' | 'row' | 'status'>): readonly AdminAlarm[] {
  if (node.status().phase !== 'running') return [];
  return brokersThatMissed(node).map((broker) => ({
    name: 'broker_behind',
    message: `broker ${broker} must be restarted: it was away for so long that deletions it has to be told of are not kept any more. The alarm ends when it registers anew.`,
  }));
}

/** A broker that is away for less is told of all that was deleted meanwhile. */
const KEPT_MS_MIN = 24 * 3_600_000;

/** More is deleted in a day than is kept for brokers that are away. */
export function goneAlarms(node: Pick<Node, 'range' | 'row' | 'status'>): readonly AdminAlarm[] {
  if (node.status().phase !== 'running') return [];
  const kept = keptMs(
    (key) => node.row(key),
    (...asked) => node.range(...asked),
  );
  if (kept === undefined || kept >= KEPT_MS_MIN) return [];
  const message = `Of what was deleted only the last ${Math.floor(kept / 60_000)} minutes are kept, in ${GONE_BYTES_MAX} bytes: a broker that is away for longer must be restarted. The alarm ends by itself when less is deleted.`;
  return [{ name: 'deletions_short', message }];
}

/** Segments that nobody can read or write, because none of the replicas that were in sync is there. */
export function segmentAlarms(node: Pick<Node, 'range' | 'status'>): readonly AdminAlarm[] {
  if (node.status().phase !== 'running') return [];
  const stranded = [...listRecords((...asked) => node.range(...asked), segmentConcern, [STRANDED])];
  const [first] = stranded;
  if (first === undefined) return [];
  const name = `${first.shard_name}-${first.segment_seq}`;
  const message = `${stranded.length} segments cannot be used, ${name} the first: no broker is registered that has all of their messages. Start the brokers that were lost; the alarm ends by itself.`;
  return [{ name: 'segments_unavailable', message }];
}

const STRANDED: ConcernKind = 'stranded';

/** The names of all alarms that are on, those of the node too. */
export const alarmNames = (
  own: readonly AdminAlarm[],
  { peers }: Pick<NodeStatus, 'peers'>,
): readonly string[] => [
  ...own.map(({ name }) => name),
  ...(peers.some(({ regressed }) => regressed) ? ['member_regressed'] : []),
];
