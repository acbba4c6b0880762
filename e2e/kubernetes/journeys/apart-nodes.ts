/** Nodes in a network of their own: they hear each other, and nobody else. */
import { command } from '../../processes/namespaces.ts';
import { BRIDGE } from '../cluster/network.ts';
import { firstProcessOf } from '../cluster/programs.ts';

export interface ApartNodes {
  take(names: readonly string[]): void;
  /** All of them are where they were. */
  giveBack(): void;
}

const ISLAND = 'island0';

/** `ip link`, where the links of the nodes of this cluster are. */
export function linkOf(cluster: string): (...words: readonly string[]) => void {
  const { pid } = firstProcessOf(cluster);
  return (...words) =>
    void command('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', 'link', ...words]);
}

export function apartNodes(cluster: string): ApartNodes {
  let taken: readonly string[] = [];
  return {
    take: (names) => {
      const link = linkOf(cluster);
      link('add', ISLAND, 'type', 'bridge');
      // Given back even if not all of them come.
      taken = names;
      link('set', ISLAND, 'up');
      for (const name of names) link('set', name, 'master', ISLAND);
    },
    giveBack: () => {
      if (taken.length === 0) return;
      const link = linkOf(cluster);
      for (const name of taken) link('set', name, 'master', BRIDGE);
      link('delete', ISLAND);
      taken = [];
    },
  };
}
