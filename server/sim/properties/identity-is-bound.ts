import type { Configuration } from '../../raft/membership/configuration.ts';
import type { MemberId } from '../../raft/ids.ts';
import type { StoredLog } from '../../ports/log-store.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'an identity is bound to its directory';

/** Who has been whom. */
interface Known {
  readonly directories: Map<MemberId, string>;
  readonly members: Map<string, MemberId>;
  readonly lost: Set<MemberId>;
  /** Configurations looked at, and the members they name. */
  readonly seen: WeakSet<Configuration>;
  readonly committed: Set<MemberId>;
}

/**
 * A member acts from one directory for ever, and a directory as one member: who lost its disk is
 * gone, and what comes back on an empty one is somebody else. And nobody takes an identity that no
 * committed configuration has given to it: it might still be given to another.
 */
export const identityIsBound: Property = {
  name: NAME,
  source: 'ARCHITECTURE.md, The core; KIP-853 (id and directory UUID)',
  watch() {
    const known: Known = {
      directories: new Map(),
      members: new Map(),
      lost: new Set(),
      seen: new WeakSet(),
      committed: new Set(),
    };
    return (observation) => {
      switch (observation.kind) {
        case 'stepped': {
          const { actor, member, raft } = observation;
          act(known, actor.directory, member);
          commit(known, raft.configurations[0].configuration);
          return;
        }
        case 'durable':
          adopt(known, observation.directory, observation.log);
          return;
        case 'replaced':
          if (observation.by === 'nothing') lose(known, observation.directory);
          return;
        case 'started':
        case 'stopped':
        case 'applied':
        case 'restored':
        case 'invoked':
        case 'returned':
        case 'changeInvoked':
        case 'changeReturned':
        case 'healed':
        case 'compared':
        case 'rebuilt':
        case 'rotted':
        case 'broker':
        case 'finished':
          return;
      }
    };
  },
};

function act({ directories, members, lost }: Known, directory: string, member: MemberId): void {
  const acted = members.get(directory);
  if (acted === member) return;
  const other = directories.get(member);
  const problem =
    acted !== undefined
      ? `${directory} acts as member ${member}, and acted as member ${acted}`
      : lost.has(member)
        ? `${directory} acts as member ${member}, whose directory was lost`
        : other !== undefined && other !== directory
          ? `${directory} acts as member ${member}, and so did ${other}`
          : undefined;
  if (problem !== undefined) throw new Violation(NAME, problem, [directory]);
  members.set(directory, member);
  directories.set(member, directory);
}

function commit({ seen, committed }: Known, configuration: Configuration): void {
  if (seen.has(configuration)) return;
  seen.add(configuration);
  for (const { id } of configuration.members) committed.add(id);
}

function adopt({ committed, members }: Known, directory: string, log: StoredLog): void {
  const member = log.identity?.member;
  if (member === undefined || members.has(directory) || committed.has(member)) return;
  // The founder is whom its first entry names.
  if (committed.size === 0) return;
  throw new Violation(NAME, `${directory} has become member ${member}, before that was committed`, [
    directory,
  ]);
}

function lose({ members, lost }: Known, directory: string): void {
  const member = members.get(directory);
  members.delete(directory);
  if (member !== undefined) lost.add(member);
}
