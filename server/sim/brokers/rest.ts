/** Whether the brokers of a run have come to rest: each that lives knows all that there is. */
import { node } from '../../state/registry/node.ts';
import { pushCursor } from '../../state/registry/push-cursor.ts';
import { viewRecords } from '../../state/resources/records.ts';
import type { Process } from '../world/host.ts';
import { readTold } from '../../state/resources/told.ts';
import type { World } from '../world/world.ts';
import { rowsWith } from '../../state/resources/key.ts';
import { BOOT_LISTS } from './boot-lists.ts';
import type { CachedRows } from './broker-cache.ts';

/** By the state of the leader. */
export function areAtRest({ brokers }: World, { node: leader }: Process): boolean {
  if (leader.status().phase !== 'running') return false;
  const records = viewRecords(leader.row, leader.range);
  const told = readTold(leader.row)?.index ?? 0;
  for (const [id, broker] of brokers) {
    const process = broker.process();
    if (process === undefined) continue;
    const registered = records.get(node, [String(id)]);
    if (registered?.start_time !== process.startS) return false;
    // A change of a record that it has is not to be seen by the keys.
    const cursor = records.get(pushCursor, [String(id), String(process.startS)]);
    if (cursor === undefined || cursor.index < told) return false;
    const others = [...process.rows].filter(([row]) => leader.row(row) === undefined);
    if (others.length > 0 || !hasAll(process.rows, leader)) return false;
  }
  return true;
}

const hasAll = (rows: CachedRows, leader: Process['node']): boolean =>
  BOOT_LISTS.every((table) =>
    [...leader.range(rowsWith(table, []))].every(([row]) => rows.has(row)),
  );
