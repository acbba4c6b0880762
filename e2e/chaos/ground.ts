/** What the members of a run stand on: where they listen, their disks, the program they run. */
import { editedBy } from '../processes/edited-program.ts';
import { freePlaces, type Place } from '../processes/places.ts';
import type { Command, Workspace } from '../processes/workspace.ts';
import { mountFaultyDisk, type FaultyDisk } from './faulty-disk.ts';
import { mutantOf } from './mutants/catalogue.ts';
import { mountSmallDisk, SMALL_DISK_FLAGS } from './small-disk.ts';
import { createNetwork, type Network, type Node } from '../processes/network.ts';

export interface GroundSetup {
  /** plain: the one of this machine; faulty: can fail and lose power; small: an ext4 of its own. */
  readonly disks: 'plain' | 'faulty' | 'small';
  /** A network that can be cut. */
  readonly network: boolean;
  /** A bug in every member. */
  readonly mutant?: string;
}

/** The ground of one member. */
export interface Site {
  readonly directory: string;
  readonly place: Place;
  readonly flags: readonly string[];
  readonly within: (command: Command) => Command;
  readonly disk: FaultyDisk | undefined;
  readonly node: Node | undefined;
  /** Takes it all away, once the process has ended. */
  clear(): Promise<void>;
}

export interface Ground {
  readonly network: Network | undefined;
  site(name: string): Promise<Site>;
}

/** Plain ground: ports of loopback and directories. */
export const PLAIN: GroundSetup = { disks: 'plain', network: false };

/** Anything but plain ground needs namespaces of its own. */
export function createGround(workspace: Workspace, setup: GroundSetup): Ground {
  const network = setup.network ? createNetwork(workspace) : undefined;
  const mutate =
    setup.mutant === undefined ? (it: Command): Command => it : editedBy(mutantOf(setup.mutant));
  return {
    network,
    site: async (name) => {
      const directory = workspace.directory(name);
      const disk =
        setup.disks === 'faulty' ? await mountFaultyDisk(workspace, directory) : undefined;
      if (setup.disks === 'small') mountSmallDisk(workspace, directory);
      const node = network?.join(name);
      const [free] = node === undefined ? await freePlaces(1) : [node.place];
      if (free === undefined) throw new Error('no ports are free');
      return {
        ...{ directory, disk, node, place: free },
        // A network of this run alone: nobody else reaches the port.
        flags: [
          ...(node === undefined ? [] : ['--insecure-peers']),
          ...(setup.disks === 'small' ? SMALL_DISK_FLAGS : []),
        ],
        within: (command) => {
          const mutated = mutate(command);
          return node === undefined ? mutated : node.within(mutated);
        },
        clear: async () => {
          await disk?.unmount();
          if (node !== undefined) network?.leave(node);
        },
      };
    },
  };
}
