import type { Registry } from 'prom-client';
import type { NodePhase, NodeStatus } from '../../node/node.ts';
import { standingOf } from '../standing.ts';
import type { BuildFacts } from './sources.ts';
import { gaugeOf, show } from './series.ts';

const PHASES: Readonly<Record<NodePhase, true>> = {
  opening: true,
  waiting: true,
  running: true,
  reopening: true,
  refused: true,
  broken: true,
  stopped: true,
};

const INDEXES = {
  commit: 'Index of the last entry that this member knows to be committed.',
  applied: 'Index of the last entry that is part of the state.',
  durable: 'Index of the last entry whose effect on the state would survive a crash.',
  first_log: 'Index of the first entry that is still in the log.',
  last_log: 'Index of the last entry in the log.',
} as const;

const indexOf = (name: keyof typeof INDEXES, status: NodeStatus): number => {
  switch (name) {
    case 'commit':
      return status.commit;
    case 'applied':
      return status.applied;
    case 'durable':
      return status.durable;
    case 'first_log':
      return status.firstLog;
    case 'last_log':
      return status.lastLog;
  }
};

/** Shows who this member is, what it does, and how far its log and state have come. */
export function showMember(registry: Registry, status: () => NodeStatus): void {
  const gauge = (name: string, help: string, value: (status: NodeStatus) => number): void =>
    gaugeOf(registry, `robustmq_meta_${name}`, help, () => value(status()));

  gauge('has_leader', '1 while this member knows a leader.', ({ leader }) =>
    Number(leader !== undefined),
  );
  gauge('is_leader', '1 while this member leads.', ({ role }) => Number(role === 'leader'));
  gauge('is_learner', '1 while this member receives, but has no vote.', (now) =>
    Number(standingOf(now) === 'learner'),
  );
  gauge('term', 'Term that this member is in.', ({ term }) => term);
  for (const [name, help] of Object.entries(INDEXES) as [keyof typeof INDEXES, string][]) {
    gauge(`${name}_index`, help, (now) => indexOf(name, now));
  }
  gauge('configuration_index', 'Index of the configuration in force.', (now) =>
    Number(now.configurationIndex),
  );
  show(registry, {
    name: 'robustmq_meta_misaddressed_messages_total',
    help: 'Messages that arrived here and were for another directory, cluster or member.',
    type: 'counter',
    samples: () => [{ labels: {}, value: status().misaddressed }],
  });
  showPhase(registry, status);
  showIdentity(registry, status);
  showLag(registry, status);
}

/** Shows what is running. */
export function showBuild(registry: Registry, { version }: BuildFacts): void {
  const labels = { version, node: process.versions.node };
  gaugeOf(registry, 'robustmq_meta_build_info', 'What is running.', () => 1, labels);
}
function showPhase(registry: Registry, status: () => NodeStatus): void {
  show(registry, {
    name: 'robustmq_meta_phase_info',
    help: '1 for what this member is doing.',
    type: 'gauge',
    samples: () => {
      const { phase } = status();
      return Object.keys(PHASES).map((name) => ({
        labels: { phase: name },
        value: Number(name === phase),
      }));
    },
  });
}

function showIdentity(registry: Registry, status: () => NodeStatus): void {
  show(registry, {
    name: 'robustmq_meta_member_info',
    help: 'Who this member is, once it is somebody.',
    type: 'gauge',
    samples: () => {
      const { identity } = status();
      return identity === undefined ? [] : [{ labels: { ...identity }, value: 1 }];
    },
  });
}

function showLag(registry: Registry, status: () => NodeStatus): void {
  show(registry, {
    name: 'robustmq_meta_peer_lag_entries',
    help: 'On a leader: entries that a member is not known to have on its disk.',
    type: 'gauge',
    samples: () => {
      const { peers, lastLog } = status();
      return peers.map(({ id, match }) => ({ labels: { peer: id }, value: lastLog - match }));
    },
  });
}
