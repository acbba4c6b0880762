import { node } from '../../state/registry/node.ts';
import { HEARTBEAT_TIMEOUT_MS } from '../brokers/options.ts';
import { createBrokerState } from '../evidence/broker-state.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'a live broker never expires';

/** Clocks run too fast by a third at most, and a proposal may take long. */
const SILENCE_MS = HEARTBEAT_TIMEOUT_MS / 2;

/**
 * A broker that leaders heard all the time is not given up: not by a leader that stood still, nor by
 * one whose clock jumped, nor by one that has just begun to lead.
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

    return (observation) => {
      const { atMs } = observation;
      if (observation.kind === 'broker') {
        const { event } = observation;
        if (event.kind === 'died') heard.delete(event.broker);
        if (event.kind === 'heard') hear(event.broker, atMs);
      }
      for (const { before, after } of take(observation)?.of(node) ?? []) {
        if (before === undefined || after !== undefined) continue;
        const id = Number(before.node_id);
        const beats = heard.get(id);
        if (beats === undefined || atMs - beats.lastMs >= SILENCE_MS) continue;
        // It was decided on some time ago, when the broker may have been silent.
        if (atMs - beats.steadySinceMs < 4 * HEARTBEAT_TIMEOUT_MS) continue;
        throw new Violation(
          NAME,
          `broker ${id} was given up at ${atMs} ms, and heard all the time from ${beats.steadySinceMs} to ${beats.lastMs}`,
        );
      }
    };
  },
};
