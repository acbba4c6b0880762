/**
 * Values that cannot be equal in two runs, one by one, and what is asked of them instead. They are
 * named by resource and field, or by reply and field.
 */

export type Demand =
  /** The same one wherever the captured one is the same, and another one wherever it is not. */
  | 'an id'
  /** Unix time of this run. */
  | 'seconds'
  | 'milliseconds'
  /** A broker that is registered. */
  | 'a broker'
  /** Readable, which it is if it got here. */
  | 'anything';

export interface MustDiffer {
  readonly demand: Demand;
  readonly why: string;
}

export const MUST_DIFFER: Readonly<Record<string, MustDiffer>> = {
  'Shard.shard_uid': { demand: 'an id', why: 'meta makes it up' },
  'Shard.create_time': { demand: 'seconds', why: 'the clock of meta' },
  'ShareGroup.uuid': { demand: 'an id', why: 'meta makes it up' },
  'ShareGroup.create_time': { demand: 'seconds', why: 'the clock of meta' },
  'CreateShareGroupReply.group.uuid': { demand: 'an id', why: 'meta makes it up' },
  'CreateShareGroupReply.group.create_time': { demand: 'seconds', why: 'the clock of meta' },
  'Tenant.create_time': { demand: 'seconds', why: 'the clock of meta' },
  'TopicRewriteRule.timestamp': { demand: 'milliseconds', why: 'the clock of meta' },
  'Connector.broker_id': {
    demand: 'a broker',
    why: 'the scheduler takes any of those that run the fewest connectors',
  },
  'GetCoordinatorLeaderReply.leaderNodeId': {
    demand: 'a broker',
    why: 'the original answers with the id of its leader, which is a broker there',
  },
  'ClusterStatusReply.content': {
    demand: 'anything',
    why: 'terms, indexes and addresses of another Raft group',
  },
};

export interface Today {
  /** Unix time in seconds: from when to when the run may have taken a time. */
  readonly fromS: number;
  readonly toS: number;
  readonly isBroker: (id: bigint) => boolean;
}

/** Ids of the capture and of the replay, which belong together. */
export interface Ids {
  /** Whether this pair contradicts none that was taken. */
  fits(captured: string, ours: string): boolean;
  take(captured: string, ours: string): void;
}

/** Pairs of their own on top of those of `base`. */
export function createIds(base?: Ids): Ids {
  const forth = new Map<string, string>();
  const back = new Map<string, string>();
  return {
    fits: (captured, ours) =>
      (forth.get(captured) ?? ours) === ours &&
      (back.get(ours) ?? captured) === captured &&
      (base?.fits(captured, ours) ?? true),
    take: (captured, ours) => {
      forth.set(captured, ours);
      back.set(ours, captured);
    },
  };
}

/** Whether a value is what is asked for instead of the captured one. */
export function meets(
  demand: Demand,
  captured: unknown,
  ours: unknown,
  today: Today,
  ids: Ids,
): boolean {
  if (typeof captured !== typeof ours) return false;
  switch (demand) {
    case 'an id':
      return ids.fits(String(captured), String(ours));
    case 'seconds':
      return isWithin(Number(ours), today);
    case 'milliseconds':
      return isWithin(Number(ours) / 1_000, today);
    case 'a broker':
      return typeof ours === 'bigint' && today.isBroker(ours);
    case 'anything':
      return true;
  }
}

const isWithin = (timeS: number, { fromS, toS }: Today): boolean =>
  timeS >= Math.floor(fromS) && timeS <= Math.ceil(toS);
