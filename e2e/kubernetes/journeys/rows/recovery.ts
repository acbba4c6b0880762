/** A quorum that is lost, and a person who consents to go on without. */
import type { Journey } from '../journey.ts';
import { STARTED_MS, VANISHED_MS } from './limits.ts';
import { SETTLE, said, write } from './words.ts';

export const RECOVERY: readonly Journey[] = [
  {
    name: 'a quorum lost, and recovered from',
    // The leader is left, and with it all that was acknowledged.
    steps: [
      ...[{ does: 'lose-volumes', whose: 'followers' } as const, said('QuorumLost')],
      ...[{ does: 'recover' } as const, SETTLE],
    ],
    expected: {
      available: 'interrupted',
      reasons: ['QuorumLost', 'Recovering', 'AllMembersReady'],
      ...{ stalls: true, joins: 2, leaves: 2, gapMsMax: 2 * STARTED_MS },
    },
  },
  {
    name: 'recovered, and created again with the consent of then',
    storage: { onDelete: 'Retain' },
    steps: [
      ...[{ does: 'lose-volumes', whose: 'followers' } as const, said('QuorumLost')],
      ...[{ does: 'recover' } as const, SETTLE, write(100)],
      ...[{ does: 'create-as-it-was' } as const, SETTLE],
    ],
    expected: {
      available: 'interrupted',
      reasons: ['QuorumLost', 'Recovering', 'AllMembersReady'],
      ...{ stalls: true, joins: 2, leaves: 2, gapMsMax: 2 * STARTED_MS },
    },
  },
  {
    name: 'recovered, and Kubernetes restored as it was before',
    // It knows of the consent then, and of nothing that came of it.
    steps: [
      ...[{ does: 'lose-volumes', whose: 'followers' } as const, said('QuorumLost')],
      ...[{ does: 'recover' } as const, { does: 'back-up-kubernetes' } as const],
      ...[SETTLE, write(100), { does: 'restore-kubernetes' } as const, SETTLE, write(100)],
    ],
    expected: {
      available: 'interrupted',
      reasons: ['QuorumLost', 'Recovering', 'AllMembersReady'],
      ...{ stalls: true, joins: 2, leaves: 2, gapMsMax: 2 * STARTED_MS },
    },
  },
  {
    name: 'two of three lost, recovered, both come back',
    storage: { class: 'pinned' },
    steps: [
      ...[{ does: 'lead-beside-clients' } as const, SETTLE],
      ...[{ does: 'delete-node', whose: 'follower' } as const],
      ...[{ does: 'delete-node', whose: 'follower' } as const, said('QuorumLost')],
      ...[{ does: 'recover' } as const, SETTLE, write(100)],
      ...[{ does: 'restore-nodes' } as const, write(400), SETTLE],
    ],
    expected: {
      available: 'interrupted',
      reasons: ['QuorumLost', 'Recovering', 'AllMembersReady'],
      ...{ stalls: true, joins: 2, leaves: 2, gapMsMax: 2 * STARTED_MS },
    },
  },
  {
    name: 'two of three cut off, recovered without them, both come back',
    storage: { class: 'pinned' },
    // They have a quorum where they are, and go on as the cluster that was.
    steps: [
      ...[{ does: 'lead-beside-clients' } as const, SETTLE, { does: 'set-nodes-apart' } as const],
      ...[{ does: 'delete-nodes-apart' } as const, said('QuorumLost')],
      ...[{ does: 'recover' } as const, SETTLE, write(100)],
      ...[{ does: 'rejoin-nodes' } as const, { does: 'restore-nodes' } as const],
      ...[write(400), SETTLE],
    ],
    expected: {
      available: 'interrupted',
      reasons: ['QuorumLost', 'Recovering', 'AllMembersReady'],
      ...{ stalls: true, joins: 2, leaves: 2, gapMsMax: STARTED_MS + VANISHED_MS },
    },
  },
];
