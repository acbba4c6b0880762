import { encodeAnnouncement, readAnnouncement } from './announcements.ts';
import type { AnnouncedMember } from './command.ts';
import { encodeError, OK_REPLY } from './reply.ts';
import type { Applied, ReadRow } from './row-access.ts';
import { rowKey } from './row-keys.ts';
import { activeVersion } from './versions.ts';

/**
 * Puts the announcement in place of the last one; nothing is written when they are the same. A member
 * that cannot apply the active version is turned away: it was put back to an older program too late.
 */
export function applyAnnounce(read: ReadRow, announcement: AnnouncedMember): Applied {
  const { directory, commandVersionMax } = announcement;
  const active = activeVersion(read);
  if (commandVersionMax < active) {
    return { rows: new Map(), reply: encodeError('memberTooOld', commandVersionMax, active) };
  }
  const before = readAnnouncement(read, directory);
  const same =
    before?.peerAddress === announcement.peerAddress &&
    before.clientAddress === announcement.clientAddress &&
    before.commandVersionMax === commandVersionMax;
  return {
    rows: new Map(
      same ? [] : [[rowKey('announcements', directory), encodeAnnouncement(announcement)]],
    ),
    reply: OK_REPLY,
  };
}
