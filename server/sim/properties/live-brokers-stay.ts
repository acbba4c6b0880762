import { node } from '../../state/registry/node.ts';
import { HEARTBEAT_TIMEOUT_MS } from '../brokers/options.ts';
import { createBrokerState } from '../evidence/broker-state.ts';
import { isSameActor } from '../observation.ts';
import type { Actor, BrokerEvent } from '../observation.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'a live broker never expires';

/** Clocks run too fast by a third at most, and a proposal may take long. */
const SILENCE_MS = HEARTBEAT_TIMEOUT_MS / 2;
/** It may have been decided on so long ago, when the broker was silent. */
const DECIDED_MS = 4 * HEARTBEAT_TIMEOUT_MS;
/**
 * Who asks again so soon has not given up on account of the time before: after that it asks nobody until
 * somebody has been silent for half the timeout once more, by a clock that may be too fast.
 */
const AGAIN_MS = HEARTBEAT_TIMEOUT_MS / 3;

interface Vain {
  readonly by: Actor;
  readonly atMs: number;
}

/**
 * A broker that leaders heard all the time is not given up: not by a leader that stood still, nor by
 * one whose clock jumped, nor by one that has just begun to lead. Nor is one that nobody heard, but that
 * has answered whenever it was asked, or asked again.
 */
export const liveBrokersStay: Property = {
  name: NAME,
  source: 'ARCHITECTURE.md, "What is kept for brokers"',
  watch() {
    const take = createBrokerState();
    /** When it was heard last, and when its last long silence ended. */
    const heard = new Map<number, { lastMs: number; steadySinceMs: number }>();

    function hear(broker: number, atMs: number): void {
      const before = heard.get(broker);
      const steady = before !== undefined && atMs - before.lastMs < SILENCE_MS;
      heard.set(broker, { lastMs: atMs, steadySinceMs: steady ? before.steadySinceMs : atMs });
    }

    /** When its process started, and when it was asked in vain, and not again soon. */
    const alive = new Map<number, number>();
    const askedInVain = new Map<number, readonly Vain[]>();

    function see(event: BrokerEvent, atMs: number): void {
      if (event.kind === 'started') alive.set(event.broker, atMs);
      if (event.kind === 'died') alive.delete(event.broker);
      if (event.kind !== 'asked') return;
      const { by, broker, inVain } = event;
      const before = (askedInVain.get(broker) ?? []).filter(
        (vain) => !isSameActor(vain.by, by) || atMs - vain.atMs >= AGAIN_MS,
      );
      askedInVain.set(broker, inVain ? [...before, { by, atMs }] : before);
    }

    function judgeAnswers(id: number, atMs: number): void {
      const vain = (askedInVain.get(id) ?? []).map((each) => each.atMs);
      const sinceMs = Math.max(alive.get(id) ?? atMs, ...vain);
      if (atMs - sinceMs < DECIDED_MS) return;
      throw new Violation(
        NAME,
        `broker ${id} was given up at ${atMs} ms, and there to answer since ${sinceMs}`,
      );
    }

    return (observation) => {
      const { atMs } = observation;
      if (observation.kind === 'broker') {
        const { event } = observation;
        if (event.kind === 'died') heard.delete(event.broker);
        if (event.kind === 'heard') hear(event.broker, atMs);
        see(event, atMs);
      }
      for (const { before, after } of take(observation)?.of(node) ?? []) {
        if (before === undefined || after !== undefined) continue;
        const id = Number(before.node_id);
        judgeAnswers(id, atMs);
        const beats = heard.get(id);
        if (beats === undefined || atMs - beats.lastMs >= SILENCE_MS) continue;
        if (atMs - beats.steadySinceMs < DECIDED_MS) continue;
        throw new Violation(
          NAME,
          `broker ${id} was given up at ${atMs} ms, and heard all the time from ${beats.steadySinceMs} to ${beats.lastMs}`,
        );
      }
    };
  },
};
