import type { AddressBook, Announcement } from '../ports/address-book.ts';
import type { Node, NodeStatus } from '../node/node.ts';
import { listAnnouncements } from '../state/announcements.ts';
import { encodeCommand } from '../state/command-codec.ts';
import type { AnnouncedMember, Command } from '../state/command.ts';
import { COMMAND_VERSION_MAX } from '../state/command-kinds.ts';
import { decodeReply } from '../state/reply.ts';
import { activeVersion } from '../state/versions.ts';

/** A member, as far as it matters here. */
interface Member {
  readonly directory: string;
}

export interface MembersControllerParts {
  readonly node: Pick<Node, 'propose' | 'range' | 'row' | 'status'>;
  readonly book: AddressBook;
  readonly self: () => Announcement;
  /** Unix time in ms. */
  readonly wallMs: () => number;
}

/**
 * Keeps what members say of themselves: everyone puts what is replicated into its address book, and
 * the leader replicates what it heard and is not, and raises the version of commands once all
 * members can apply it. Call `pass` now and then; one proposal at a time.
 */
export function createMembersController({ node, book, self, wallMs }: MembersControllerParts): {
  pass(): void;
} {
  let proposing = false;
  /** By directory: what apply turned away. It would again, for every pass to come. */
  const turnedAway = new Map<string, AnnouncedMember>();

  function propose(command: Command | undefined): void {
    if (command === undefined || proposing) return;
    proposing = true;
    // Whatever else the outcome, the next pass sees what came of it.
    node.propose(encodeCommand(command), (outcome) => {
      proposing = false;
      if (command.kind !== 'announce' || outcome.kind !== 'applied') return;
      const { announcement } = command;
      if (decodeReply(outcome.reply).kind === 'ok') turnedAway.delete(announcement.directory);
      else turnedAway.set(announcement.directory, announcement);
    });
  }

  return {
    pass: () => {
      const status = node.status();
      if (status.phase !== 'running') return;
      const replicated = new Map<string, AnnouncedMember>();
      for (const each of listAnnouncements(node.range)) {
        replicated.set(each.directory, each);
        book.replicated({ ...each, identity: identityOf(status, each.directory) });
      }
      if (status.role !== 'leader') {
        turnedAway.clear();
        return;
      }
      const members = status.configuration?.members ?? [];
      const active = activeVersion(node.row);
      const said = (directory: string): Announcement | undefined =>
        directory === self().directory ? self() : book.find(directory);
      /** Of a process that was not heard yet, an address alone may be known: no version of commands. */
      const isNews = (now: AnnouncedMember): boolean =>
        now.commandVersionMax >= active &&
        !isSame(now, replicated.get(now.directory)) &&
        !isSame(now, turnedAway.get(now.directory));
      propose(
        announceNews(members, said, isNews, wallMs()) ??
          raiseVersion(members, replicated, active, wallMs()),
      );
    },
  };
}

function identityOf(
  { identity, configuration }: NodeStatus,
  directory: string,
): Announcement['identity'] {
  const member = configuration?.members.find((each) => each.directory === directory);
  return identity && member && { cluster: identity.cluster, member: member.id };
}

/** The first announcement of a member that is to be replicated. */
function announceNews(
  members: readonly Member[],
  said: (directory: string) => Announcement | undefined,
  isNews: (announcement: AnnouncedMember) => boolean,
  timeMs: number,
): Command | undefined {
  for (const { directory } of members) {
    const now = said(directory);
    if (now === undefined || !isNews(now)) continue;
    const { peerAddress, clientAddress, commandVersionMax } = now;
    const announcement = { directory, peerAddress, clientAddress, commandVersionMax };
    return { kind: 'announce', announcement, timeMs };
  }
  return undefined;
}

const isSame = (one: AnnouncedMember, other: AnnouncedMember | undefined): boolean =>
  one.peerAddress === other?.peerAddress &&
  one.clientAddress === other.clientAddress &&
  one.commandVersionMax === other.commandVersionMax;

/** The newest version that every member has announced, if that is newer than the one in force. */
function raiseVersion(
  members: readonly Member[],
  replicated: ReadonlyMap<string, AnnouncedMember>,
  active: number,
  timeMs: number,
): Command | undefined {
  const able = members.map(({ directory }) => replicated.get(directory)?.commandVersionMax ?? 0);
  const version = Math.min(COMMAND_VERSION_MAX, ...able);
  if (members.length === 0 || version <= active) return undefined;
  const directories = members.map(({ directory }) => directory);
  return { kind: 'raiseVersion', version, directories, timeMs };
}
