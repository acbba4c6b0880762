/** Segments that are not what they were meant to be are brought back there, as far as brokers allow. */
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import {
  fillSegment,
  freeNodes,
  preferLeader,
  preferredLeader,
} from '../../state/registry/segment-repair.ts';
import { propose } from './duty.ts';
import type { Duty, Moment, Proposal } from './duty.ts';
import type { Round } from './round.ts';
import { createSegmentRecovery } from './segment-recovery.ts';
import { atOf, createSegmentRound, nameOf } from './segment-round.ts';

export interface SegmentKeeperOptions {
  /** Leaders go back to the replicas that were given first this often, so many at a time. */
  readonly rebalanceMs: number;
  readonly movesMax: number;
  /** Segments of inner topics are given the replicas that they lack this often. */
  readonly fillMs: number;
}

export function createSegmentKeeper(options: SegmentKeeperOptions): Duty {
  const recovery = createSegmentRecovery();
  const displaced = createSegmentRound('displaced');
  const thin = createSegmentRound('thin');
  let rebalancedMs: number | undefined;
  let filledMs: number | undefined;
  return {
    ...recovery,
    look: (moment) => {
      const { nowMs } = moment;
      const actions = [...recovery.look(moment)];
      rebalancedMs ??= nowMs;
      filledMs ??= nowMs;
      if (nowMs - rebalancedMs >= options.rebalanceMs) {
        rebalancedMs = nowMs;
        actions.push(...rebalance(displaced, moment, options.movesMax));
      }
      if (nowMs - filledMs >= options.fillMs) {
        filledMs = nowMs;
        actions.push(...fill(thin, moment));
      }
      return actions;
    },
  };
}

function rebalance(
  displaced: Round<EngineSegment>,
  moment: Moment,
  movesMax: number,
): readonly Proposal[] {
  const moves: Proposal[] = [];
  displaced.look(moment, (each) => {
    if (moves.length >= movesMax) return false;
    if (preferredLeader(moment.records, each) !== undefined) {
      moves.push(propose(nameOf(each), preferLeader, atOf(each)));
    }
    return true;
  });
  return moves;
}

function fill(thin: Round<EngineSegment>, moment: Moment): readonly Proposal[] {
  const fills: Proposal[] = [];
  thin.look(moment, (each) => {
    if (freeNodes(moment.records, each).length > 0) {
      fills.push(propose(nameOf(each), fillSegment, atOf(each)));
    }
    return true;
  });
  return fills;
}
