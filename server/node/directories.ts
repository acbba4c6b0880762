import type { Configuration } from '../raft/membership/configuration.ts';
import { findMember } from '../raft/membership/configuration.ts';
import type { MemberId } from '../raft/ids.ts';
import type { Raft } from '../raft/raft.ts';

/** Most senders outside of every known configuration that are remembered. */
const STRANGERS_MAX = 256;

/** Which directory each member has: an id belongs to one directory for ever. */
export interface Directories {
  find(raft: Raft, id: MemberId): string | undefined;
  /** A message of `id` came from `directory`; false if that is another's id. */
  heard(raft: Raft, id: MemberId, directory: string): boolean;
}

/**
 * Looks into the configurations the core knows, newest first; then at who was heard from: a member
 * may have to answer one that its configuration does not name yet, or not any more.
 */
export function createDirectories(): Directories {
  const strangers = new Map<MemberId, string>();

  function named(raft: Raft, id: MemberId): string | undefined {
    for (let at = raft.configurations.length - 1; at >= 0; at -= 1) {
      const directory = directoryIn(raft.configurations[at]?.configuration, id);
      if (directory !== undefined) return directory;
    }
    return undefined;
  }

  return {
    find: (raft, id) => named(raft, id) ?? strangers.get(id),
    heard: (raft, id, directory) => {
      const known = named(raft, id);
      if (known !== undefined) return known === directory;
      if (strangers.get(id) === directory) return true;
      strangers.set(id, directory);
      const [oldest] = strangers.keys();
      if (strangers.size > STRANGERS_MAX && oldest !== undefined) strangers.delete(oldest);
      return true;
    },
  };
}

const directoryIn = (configuration: Configuration | undefined, id: MemberId): string | undefined =>
  configuration && findMember(configuration, id)?.directory;
