import type { AddressBook } from '../ports/address-book.ts';
import type { Defer } from '../ports/clock.ts';
import type { NodeObserver, NodeStatus } from '../node/node.ts';
import type { Leadership } from './leadership.ts';

export interface NodeLeadershipParts {
  readonly addresses: AddressBook;
  readonly defer: Defer;
  /** Of the node that is observed; asked after it was created. */
  readonly status: () => NodeStatus;
}

/** Leadership as a node sees it, and what the node must be told to see it. */
export interface NodeLeadership extends Leadership {
  readonly observer: Pick<NodeObserver, 'stepped' | 'restored'>;
  /** Somebody's address became known or changed: calls may wait for it. */
  addressesChanged(): void;
}

type LeaderSeen = 'here' | number | undefined;

/** The core, as an observer sees it. */
type Seen = Parameters<NonNullable<NodeObserver['stepped']>>[2];

/** Watches a node's role. Listeners are told after the step that changed it, never within. */
export function createNodeLeadership({
  addresses,
  defer,
  status,
}: NodeLeadershipParts): NodeLeadership {
  const listeners = new Set<() => void>();
  let role: LeaderSeen;
  /** Calls wait meanwhile, and whoever it is that leads then, they go on. */
  let handsOver = false;
  let telling = false;

  function tell(): void {
    if (telling) return;
    telling = true;
    defer(() => {
      telling = false;
      for (const listener of [...listeners]) listener();
    });
  }

  return {
    current: () => {
      if (role === 'here' || role === undefined) return role;
      const { configuration } = status();
      const leader = configuration?.members.find(({ id }) => id === role);
      const found = leader && addresses.find(leader.directory);
      return found && { member: role, clientAddress: found.clientAddress };
    },
    changed: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    addressesChanged: tell,
    observer: {
      stepped: (_input, _effects, raft) => {
        const [before, was] = [role, handsOver];
        role = leaderIn(raft);
        handsOver = isHandingOver(raft);
        if (role !== before || (was && !handsOver)) tell();
      },
      restored: (_position, cause) => {
        if (cause === 'installed') return;
        // A core that starts has heard from nobody, whatever the one before it knew.
        role = undefined;
        tell();
      },
    },
  };
}

const isHandingOver = ({ role }: Seen): boolean =>
  role.kind === 'leader' && role.transfer !== undefined;

/**
 * A follower that was told of its leader's lost process knows no leader: whoever is sent there would
 * use up an attempt, and another leader is on its way.
 */
function leaderIn({ role }: Seen): LeaderSeen {
  if (role.kind === 'leader') return 'here';
  return role.kind === 'follower' && !role.suspect ? role.leader : undefined;
}
