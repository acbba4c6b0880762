/** Members of this working copy's server, as processes. */
import { join } from 'node:path';
import { createMember, type Member } from './member.ts';
import type { Place } from './places.ts';
import type { Command, Workspace } from './workspace.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The program, to be run by node. */
export const MAIN = join(ROOT, 'server', 'main.ts');

/** How production starts it, once it was built. */
const BUILT = join(ROOT, 'dist', 'server', 'robustmq-meta');

/** What a member with an empty directory does. */
export type Origin =
  /** Makes a new cluster, unless one of the peers is in one. */
  | { readonly kind: 'bootstrap'; readonly peers: readonly string[] }
  /** Joins the cluster of these. */
  | { readonly kind: 'join'; readonly members: readonly string[] }
  /** Waits for orders. */
  | { readonly kind: 'wait' };

export interface ServerSetup {
  /** Of the process: its output is kept there. */
  readonly directory: string;
  readonly place: Place;
  readonly origin: Origin;
  /** Further flags. */
  readonly flags?: readonly string[];
  /** As production runs it; it must have been built. */
  readonly built?: boolean;
  /** What is run instead, such as the same command elsewhere. */
  readonly within?: (command: Command) => Command;
}

/** A member with the place where it listens. */
export interface ServerMember extends Member {
  readonly place: Place;
  readonly directory: string;
}

/** Where a member that runs in `directory` keeps its data. */
export const dataOf = (directory: string): string => join(directory, 'data');

const asItIs = (command: Command): Command => command;

/** The command line of a member. */
export function serverCommand(setup: ServerSetup): Command {
  const { directory, place, origin, flags = [] } = setup;
  const { built = false, within = asItIs } = setup;
  const listen = [
    ...['--listen-client', place.client],
    ...['--listen-peer', place.peer],
    ...['--listen-http', place.http],
  ];
  const args = ['server', '--data-dir', dataOf(directory), ...listen, ...orders(origin), ...flags];
  const plain = { bin: process.execPath, args: [MAIN, ...args] };
  return within(built ? { bin: BUILT, args } : plain);
}

function orders(origin: Origin): readonly string[] {
  switch (origin.kind) {
    case 'bootstrap':
      return ['--bootstrap', ...list('--peers', origin.peers)];
    case 'join':
      return list('--join', origin.members);
    case 'wait':
      return [];
  }
}

const list = (flag: string, addresses: readonly string[]): readonly string[] =>
  addresses.length === 0 ? [] : [flag, addresses.join(',')];

/** Starts a member. */
export function startServer(workspace: Workspace, setup: ServerSetup): ServerMember {
  const { directory, place } = setup;
  const member = createMember(workspace, directory, serverCommand(setup));
  member.start();
  return Object.assign(member, { place, directory });
}
