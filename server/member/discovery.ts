import type { Announcement } from '../ports/address-book.ts';
import type { NodeStatus } from '../node/node.ts';

export interface DiscoverySetup {
  /** `host:port` of processes that may be members. */
  readonly seeds: readonly string[];
  readonly discover: (address: string) => Promise<Announcement>;
  readonly status: () => Pick<NodeStatus, 'phase' | 'leader'>;
}

/**
 * Asks the seeds who they are: once, and again while this member runs and hears of no leader. So
 * members find each other after all of them have come back on new addresses.
 */
export function createDiscovery({ seeds, discover, status }: DiscoverySetup): { pass(): void } {
  const silent = new Set(seeds);
  const asking = new Set<string>();

  async function ask(seed: string): Promise<void> {
    asking.add(seed);
    try {
      await discover(seed);
      silent.delete(seed);
    } catch {
      // Nobody there, or not yet: the next pass asks again.
    } finally {
      asking.delete(seed);
    }
  }

  return {
    pass: () => {
      const { phase, leader } = status();
      const lost = phase === 'running' && leader === undefined;
      for (const seed of seeds) {
        if (!asking.has(seed) && (lost || silent.has(seed))) void ask(seed);
      }
    },
  };
}
