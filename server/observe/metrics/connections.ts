import type { Registry } from 'prom-client';
import { show } from './series.ts';
import type { Metric, Sample } from './series.ts';

/** What a listener counts. */
export interface ConnectionStats {
  /** Open now. */
  readonly connections: number;
  /** Closed at accept, because there were too many. */
  readonly refused: number;
  /** Bytes of requests that have not come whole, and of replies that were not taken. */
  readonly heldBytes?: number;
  /** Ended by the member, by reason. */
  readonly ended?: Readonly<Record<string, number>>;
}

/** Shows what the listener of a port counts; asked at every scrape. */
export type ConnectionMeter = (port: string, stats: () => ConnectionStats) => void;

/** Shows the connections of all listeners. */
export function createConnectionMeter(registry: Registry): ConnectionMeter {
  const listeners = new Map<string, () => ConnectionStats>();
  const add = (
    name: string,
    type: Metric['type'],
    help: string,
    samplesOf: (stats: ConnectionStats, port: string) => readonly Sample[],
  ): void =>
    show(registry, {
      name: `robustmq_meta_${name}`,
      help,
      type,
      samples: () => [...listeners].flatMap(([port, stats]) => samplesOf(stats(), port)),
    });

  add('connections', 'gauge', 'Open connections.', ({ connections }, port) => [
    { labels: { port }, value: connections },
  ]);
  add(
    'connections_refused_total',
    'counter',
    'Connections that were closed at once, because there were too many.',
    ({ refused }, port) => [{ labels: { port }, value: refused }],
  );
  add(
    'connections_ended_total',
    'counter',
    'Connections that were ended because they held too much, kept the member waiting, or broke the protocol.',
    ({ ended = {} }, port) =>
      Object.entries(ended).map(([reason, value]) => ({ labels: { port, reason }, value })),
  );
  add(
    'connections_held_bytes',
    'gauge',
    'Bytes of requests that have not come whole, and of replies that were not taken.',
    ({ heldBytes }, port) =>
      heldBytes === undefined ? [] : [{ labels: { port }, value: heldBytes }],
  );
  return (port, stats) => listeners.set(port, stats);
}
