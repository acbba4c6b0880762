/** What one process of a broker knows: what it has listed, and what it was told. */
import type { Term } from '../../raft/ids.ts';
import type { Update } from '../observation.ts';
import { nowMs, observe } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { createBrokerCache } from './broker-cache.ts';
import type { CachedRows } from './broker-cache.ts';
import type { Listed } from './cluster.ts';
import { OVERTAKEN_MS } from './options.ts';

export interface Reception {
  readonly rows: CachedRows;
  readonly load: (listed: Listed, isLast: boolean) => void;
  /** Takes an `UpdateCache`; false: it never arrives. */
  readonly take: (update: Update) => boolean;
}

export function createReception(world: World, broker: number, startS: bigint): Reception {
  const { rows, load, receive } = createBrokerCache();
  let newest: { readonly lead: Term; readonly sinceMs: number } | undefined;

  /** Whether a leader sent it while the next one told something already: nobody can keep it from that. */
  function isOvertaken({ lead }: Update): boolean {
    if (newest === undefined || lead > newest.lead) newest = { lead, sinceMs: nowMs(world) };
    return lead < newest.lead && nowMs(world) - newest.sinceMs <= OVERTAKEN_MS;
  }

  return {
    rows,
    load: (listed, isLast) => {
      for (const [row, payload] of listed.rows) load(row, payload);
      const { index } = listed;
      const event = { kind: 'listed', broker, startS, index, isLast } as const;
      observe(world, { kind: 'broker', atMs: nowMs(world), event });
    },
    take: (update) => {
      if (isOvertaken(update)) return false;
      for (const { push } of update.records) receive(push);
      const event = { kind: 'told', broker, startS, update, rows } as const;
      observe(world, { kind: 'broker', atMs: nowMs(world), event });
      return true;
    },
  };
}
