/** Segments that are not what they were meant to be are brought back there, as far as brokers allow. */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { node } from '../../state/registry/node.ts';
import {
  fillSegment,
  freeNodes,
  preferLeader,
  preferredLeader,
  recoverSegment,
  successors,
} from '../../state/registry/segment-repair.ts';
import { segment, segmentConcern } from '../../state/registry/shard.ts';
import type { ConcernKind } from '../../state/registry/shard.ts';
import type { BrokerAnswer, ReplicaEnd } from './broker-calls.ts';
import { propose } from './duty.ts';
import type { Call, Duty, Moment, Proposal } from './duty.ts';
import { take } from './take.ts';

export interface SegmentKeeperOptions {
  /** Leaders go back to the replicas that were given first this often, so many at a time. */
  readonly rebalanceMs: number;
  readonly movesMax: number;
  /** Segments of inner topics are given the replicas that they lack this often. */
  readonly fillMs: number;
}

/** Segments that are looked at, of each concern. */
const CONCERNS_MAX = 1_000;
/** Replicas that are asked for at once. */
const RECOVERIES_MAX = 100;
const ASK_AGAIN_MS = 5_000;

/** The replicas of a segment in one of its epochs, and what each has said: undefined, nothing yet. */
interface Recovery {
  readonly begunMs: number;
  readonly said: Map<bigint, ReplicaEnd | 'asked' | 'nothing'>;
}

export function createSegmentKeeper(options: SegmentKeeperOptions): Duty {
  const recoveries = new Map<string, Recovery>();
  let rebalancedMs: number | undefined;
  let filledMs: number | undefined;

  function recover(moment: Moment, each: EngineSegment): readonly (Call | Proposal)[] {
    const { records, nowMs } = moment;
    const able = successors(records, each);
    if (able.length === 0) return [];
    const name = nameOf(each);
    const known = recoveries.get(name);
    const said = [...(known?.said.values() ?? [])];
    if (known !== undefined && !said.includes('asked')) {
      const leader = furthest(known.said, able);
      if (leader !== undefined) {
        return [propose(name, recoverSegment, { at: atOf(each), leader })];
      }
    }
    const answered = able.every((id) => known?.said.has(id) === true);
    if (known !== undefined && (answered || said.includes('asked'))) {
      if (nowMs - known.begunMs < ASK_AGAIN_MS) return [];
    }
    if (recoveries.size >= RECOVERIES_MAX && known === undefined) return [];
    recoveries.set(name, { begunMs: nowMs, said: new Map(able.map((id) => [id, 'asked'])) });
    return able.flatMap((id): readonly Call[] => {
      const to = records.get(node, [String(id)]);
      return to === undefined ? [] : [callOf(each, to)];
    });
  }

  return {
    look: (moment) => {
      const { records, nowMs } = moment;
      const stranded = segmentsOf(moment, 'stranded');
      const names = new Set(stranded.map(nameOf));
      for (const name of recoveries.keys()) if (!names.has(name)) recoveries.delete(name);
      const actions = stranded.flatMap((each) => recover(moment, each));
      rebalancedMs ??= nowMs;
      filledMs ??= nowMs;
      if (nowMs - rebalancedMs >= options.rebalanceMs) {
        rebalancedMs = nowMs;
        const displaced = segmentsOf(moment, 'displaced').filter(
          (each) => preferredLeader(records, each) !== undefined,
        );
        actions.push(
          ...displaced
            .slice(0, options.movesMax)
            .map((each) => propose(nameOf(each), preferLeader, atOf(each))),
        );
      }
      if (nowMs - filledMs >= options.fillMs) {
        filledMs = nowMs;
        const thin = segmentsOf(moment, 'thin').filter(
          (each) => freeNodes(records, each).length > 0,
        );
        actions.push(...thin.map((each) => propose(nameOf(each), fillSegment, atOf(each))));
      }
      return actions;
    },
    answered: (name, answer) => {
      const at = name.lastIndexOf(' ');
      const said = recoveries.get(name.slice(0, at))?.said;
      const id = BigInt(name.slice(at + 1));
      if (said?.get(id) === 'asked') said.set(id, endOf(answer));
    },
  };
}

function segmentsOf({ records }: Moment, kind: ConcernKind): readonly EngineSegment[] {
  return take(records.list(segmentConcern, [kind]), CONCERNS_MAX).flatMap(
    ({ shard_name, segment_seq }) => records.get(segment, [shard_name, String(segment_seq)]) ?? [],
  );
}

/** Another one in each epoch. */
const nameOf = ({ shard_name, segment_seq, segment_epoch }: EngineSegment): string =>
  `${shard_name} ${segment_seq} ${segment_epoch}`;

const atOf = ({ shard_name, segment_seq, segment_epoch }: EngineSegment) => ({
  shard_name,
  segment_seq,
  segment_epoch,
});

const callOf = (each: EngineSegment, to: BrokerNode): Call => ({
  kind: 'call',
  name: `${nameOf(each)} ${to.node_id}`,
  to,
  request: { kind: 'askReplica', shardName: each.shard_name, segmentSeq: each.segment_seq },
});

const endOf = (answer: BrokerAnswer): ReplicaEnd | 'nothing' =>
  answer.kind === 'replica' ? (answer.replica ?? 'nothing') : 'nothing';

/** Who has the most messages; of those the one with the latest leader epoch, then the lowest id. */
function furthest(said: Recovery['said'], able: readonly bigint[]): bigint | undefined {
  let best: { readonly id: bigint; readonly end: ReplicaEnd } | undefined;
  for (const id of [...able].sort((one, other) => (one < other ? -1 : 1))) {
    const end = said.get(id);
    if (end === undefined || end === 'asked' || end === 'nothing') continue;
    if (best === undefined || isFurther(end, best.end)) best = { id, end };
  }
  return best?.id;
}

const isFurther = (one: ReplicaEnd, other: ReplicaEnd): boolean =>
  one.leo === other.leo ? one.leaderEpoch > other.leaderEpoch : one.leo > other.leo;
