import { randomUUID } from 'node:crypto';
import type { Log } from '../observe/log/log.ts';
import type { Identity } from '../ports/identity.ts';
import { recover } from '../recovery/recover.ts';
import type { Stores } from '../recovery/restore.ts';
import type { Recovery } from '../services/admin/parts.ts';
import type { ReplaceableNode } from './replaceable-node.ts';

export interface RecoveryPlace {
  readonly stores: Stores;
  readonly replace: ReplaceableNode['replace'];
  readonly log: Log;
}

/**
 * Recovers the member while its process goes on: its node ends, the directory becomes the single
 * voter of a new cluster in one synced write, and a new node starts on it. A crash leaves a member of
 * the old cluster or of the new one.
 */
export async function recoverInPlace(
  { stores, replace, log }: RecoveryPlace,
  { incident, member, last }: Recovery,
): Promise<Identity> {
  const { cluster } = await replace(() =>
    recover(stores, { member, last }, randomUUID(), incident),
  );
  log.write('cluster_recovered', { incident, cluster, member, index: last.index });
  return { cluster, member };
}
