import type { Defer } from '../ports/clock.ts';
import type { Refuse } from '../raft/effect.ts';
import type { Entry } from '../raft/entry.ts';
import type { Index } from '../raft/ids.ts';
import type { Input } from '../raft/input.ts';
import type { Raft } from '../raft/raft.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import { createBarriers } from './barriers.ts';
import type { Barriers } from './barriers.ts';
import { createChanges } from './changes.ts';
import type { Changes } from './changes.ts';
import type { Contexts } from './contexts.ts';
import type { EffectHandlers } from './effect-handlers.ts';
import { createProposals } from './proposals.ts';
import type { Proposals } from './proposals.ts';
import { createTransfers } from './transfers.ts';
import type { Transfers } from './transfers.ts';

/** Where callers wait for what becomes of their requests. */
export interface Desks {
  readonly proposals: Proposals;
  readonly barriers: Barriers;
  readonly changes: Changes;
  readonly transfers: Transfers;
  readonly handlers: Pick<
    EffectHandlers,
    'accepted' | 'changeAccepted' | 'readReady' | 'refuse' | 'roleChanged' | 'transferEnded'
  >;
  /** An entry was applied, and the state now stands at `position`. */
  applied(entry: Entry, reply: Uint8Array, position: SnapshotPosition): void;
  /** All that was committed for now is applied: the state stands at `index`. */
  settled(index: Index): void;
  /** The state jumped to `index` by a snapshot. */
  replaced(index: Index): void;
}

export interface DeskParts {
  readonly defer: Defer;
  readonly contexts: Contexts;
  readonly raft: Raft;
  readonly feed: (input: Input) => void;
  /** Where the state stands. */
  readonly stand: () => Index;
}

/** Opens the desks of one run: nobody waits yet. */
export function createDesks({ defer, contexts, raft, feed, stand }: DeskParts): Desks {
  const proposals = createProposals(defer, contexts, feed);
  const barriers = createBarriers(defer, contexts, feed, stand);
  const changes = createChanges(contexts, feed);
  const transfers = createTransfers(contexts, feed);
  const refused: Readonly<Record<Refuse['what'], (effect: Refuse) => void>> = {
    propose: (effect) => proposals.refused(effect),
    read: (effect) => barriers.refused(effect),
    change: (effect) => changes.refused(effect),
    transfer: (effect) => transfers.refused(effect),
  };
  return {
    proposals,
    barriers,
    changes,
    transfers,
    handlers: {
      accepted: (effect) => proposals.accepted(effect),
      changeAccepted: (effect) => changes.accepted(effect, raft.commit),
      readReady: (effect) => barriers.ready(effect),
      refuse: (effect) => refused[effect.what](effect),
      roleChanged: (effect) => barriers.roleChanged(effect),
      transferEnded: (effect) => transfers.ended(effect),
    },
    applied: (entry, reply, { configuration }) => {
      proposals.applied(entry, reply);
      changes.applied(entry, entry.kind === 'configuration' ? configuration : undefined);
    },
    settled: (index) => barriers.applied(index),
    replaced: (index) => {
      proposals.installed(index);
      changes.installed(index);
      barriers.applied(index);
    },
  };
}
