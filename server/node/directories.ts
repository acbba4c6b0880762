import type { Configuration } from '../raft/membership/configuration.ts';
import { findMember } from '../raft/membership/configuration.ts';
import type { MemberId } from '../raft/ids.ts';
import { configurationOf } from '../raft/raft.ts';
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
 * Only a committed configuration settles whose an id is: one that is dropped gives its new ids to
 * others. Before it come who was heard from, since a member may have to answer one that its
 * configuration does not name yet, or not any more; then what is not committed.
 */
export function createDirectories(): Directories {
  const strangers = new Map<MemberId, string>();

  const settled = (raft: Raft, id: MemberId): string | undefined =>
    directoryIn(raft.configurations[0].configuration, id);

  const planned = (raft: Raft, id: MemberId): string | undefined =>
    directoryIn(configurationOf(raft), id);

  return {
    find: (raft, id) => settled(raft, id) ?? strangers.get(id) ?? planned(raft, id),
    heard: (raft, id, directory) => {
      const known = settled(raft, id);
      if (known !== undefined) return known === directory;
      if (strangers.get(id) === directory) return true;
      strangers.set(id, directory);
      const [oldest] = strangers.keys();
      if (strangers.size > STRANGERS_MAX && oldest !== undefined) strangers.delete(oldest);
      return true;
    },
  };
}

const directoryIn = (configuration: Configuration, id: MemberId): string | undefined =>
  findMember(configuration, id)?.directory;
