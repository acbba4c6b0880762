import type { Registry } from 'prom-client';
import type { PeerStats, TransportStats } from './sources.ts';
import { show } from './series.ts';

interface Row {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly value: (peer: PeerStats) => number;
}

const ROWS: Readonly<Record<string, Row>> = {
  peer_connected: {
    type: 'gauge',
    help: '1 while the process of a member answers.',
    value: ({ connected }) => Number(connected),
  },
  peer_sent_bytes_total: {
    type: 'counter',
    help: 'Bytes sent to a member.',
    value: ({ sentBytes }) => sentBytes,
  },
  peer_received_bytes_total: {
    type: 'counter',
    help: 'Bytes received from a member.',
    value: ({ receivedBytes }) => receivedBytes,
  },
  peer_sent_messages_total: {
    type: 'counter',
    help: 'Messages sent to a member.',
    value: ({ sentMessages }) => sentMessages,
  },
  peer_received_messages_total: {
    type: 'counter',
    help: 'Messages received from a member.',
    value: ({ receivedMessages }) => receivedMessages,
  },
  peer_dropped_messages_total: {
    type: 'counter',
    help: 'Messages to a member that never left: it was gone, or too slow.',
    value: ({ droppedMessages }) => droppedMessages,
  },
};

/**
 * Shows what goes between this member and each of the others. Heartbeats that could not be sent are
 * among the dropped messages: they wait in line with the rest.
 */
export function showPeers(registry: Registry, stats: () => TransportStats): void {
  for (const [name, { type, help, value }] of Object.entries(ROWS)) {
    show(registry, {
      name: `robustmq_meta_${name}`,
      help,
      type,
      samples: () =>
        stats().peers.map((peer) => ({ labels: { peer: peer.member }, value: value(peer) })),
    });
  }
  show(registry, {
    name: 'robustmq_meta_refused_hellos_total',
    help: 'Connections of strangers that were turned away.',
    type: 'counter',
    samples: () => [{ labels: {}, value: stats().refusedHellos }],
  });
}
