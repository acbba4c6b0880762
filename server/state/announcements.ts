/** Where members say they are found, and what they say they can do. */
import { createReader, endOf, readNumber, readText } from './byte-reader.ts';
import { createWriter, writeNumber, writeText, written } from './byte-writer.ts';
import type { AnnouncedMember } from './command.ts';
import type { ReadRange, ReadRow } from './row-access.ts';
import { keyOfRow, rowKey } from './row-keys.ts';

/** Room for most announcements. */
const ROW_BYTES = 96;

/** What the member in this directory announced last. */
export function readAnnouncement(read: ReadRow, directory: string): AnnouncedMember | undefined {
  const row = read(rowKey('announcements', directory));
  return row && decodeAnnouncement(directory, row);
}

/** All announcements, also those of directories that are no members any more. */
export function* listAnnouncements(range: ReadRange): Iterable<AnnouncedMember> {
  for (const [row, value] of range(rowKey('announcements', ''))) {
    yield decodeAnnouncement(keyOfRow('announcements', row), value);
  }
}

/** The value of the row of an announcement; its directory is in the key. */
export function encodeAnnouncement(announcement: AnnouncedMember): Uint8Array {
  const writer = createWriter(ROW_BYTES);
  writeText(writer, announcement.peerAddress);
  writeText(writer, announcement.clientAddress);
  writeNumber(writer, announcement.commandVersionMax);
  return written(writer);
}

function decodeAnnouncement(directory: string, row: Uint8Array): AnnouncedMember {
  const reader = createReader(row, 'announcement');
  const peerAddress = readText(reader);
  const clientAddress = readText(reader);
  const commandVersionMax = readNumber(reader);
  endOf(reader);
  return { directory, peerAddress, clientAddress, commandVersionMax };
}
