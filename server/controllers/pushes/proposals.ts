/** When it is proposed how far brokers have been told. */
import { processOf } from './lane.ts';
import type { BrokerProcess, Lane, Reached } from './lane.ts';

/** To be refused for a process that is gone, or has got further. */
export interface Proposal {
  readonly kind: 'propose';
  readonly cursors: readonly (BrokerProcess & Reached)[];
}

export interface Proposals {
  /** All that there are by now: what a new one waits for is proposed at once, for the first time. */
  came(lanes: readonly Lane[]): void;
  /** What to propose now, unless it is proposed, or was not long ago. */
  propose(lanes: readonly Lane[], nowMs: number): readonly Proposal[];
  /** Nothing is proposed any more. */
  ended(): void;
  /** When it can be proposed next; undefined: not before this one has ended. */
  dueMs(): number | undefined;
}

/** @param pauseMs between two. */
export function createProposals(pauseMs: number): Proposals {
  let proposing = false;
  let notBeforeMs = 0;
  let isUrgent = false;
  const waiting = new WeakSet<Lane>();

  return {
    came: (lanes) => {
      for (const lane of lanes) {
        if (lane.process().cursor !== undefined || waiting.has(lane)) continue;
        waiting.add(lane);
        isUrgent = true;
      }
    },
    propose: (lanes, nowMs) => {
      if (proposing || (nowMs < notBeforeMs && !isUrgent)) return [];
      isUrgent = false;
      const cursors = lanes.flatMap((lane) => {
        const reached = lane.unreplicated();
        return reached === undefined ? [] : [{ ...processOf(lane), ...reached }];
      });
      if (cursors.length === 0) return [];
      proposing = true;
      notBeforeMs = nowMs + pauseMs;
      return [{ kind: 'propose', cursors }];
    },
    ended: () => void (proposing = false),
    dueMs: () => (proposing ? undefined : notBeforeMs),
  };
}
