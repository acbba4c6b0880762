/** The version of commands that a cluster may use: the newest that every member can apply. */
import { readAnnouncement } from './announcements.ts';
import { createReader, endOf, readNumber } from './byte-reader.ts';
import { createWriter, NUMBER_BYTES_MAX, writeNumber, written } from './byte-writer.ts';
import type { RaiseVersion } from './command.ts';
import { COMMAND_VERSION_FIRST } from './command-kinds.ts';
import { UnknownCommand } from './errors.ts';
import { encodeError, encodeVersion } from './reply.ts';
import type { Applied, ReadRow } from './row-access.ts';
import { VERSION_ROW } from './row-keys.ts';

/** The version in force. A member that can apply less must not run on this state. */
export function activeVersion(read: ReadRow): number {
  const row = read(VERSION_ROW);
  if (row === undefined) return COMMAND_VERSION_FIRST;
  const reader = createReader(row, 'active version');
  const version = readNumber(reader);
  endOf(reader);
  return version;
}

/**
 * Why a program that applies commands up to `versionMax` must not run on this state, and what to do;
 * undefined when it may.
 */
export function versionProblem(read: ReadRow, versionMax: number): string | undefined {
  const active = activeVersion(read);
  if (active <= versionMax) return undefined;
  return `the replicated state uses commands of version ${active}, and this program can apply version ${versionMax} at most: start it with a newer version of the program; nothing was lost`;
}

/**
 * Raises the active version, never lowers it; answers the one then in force. Throws
 * {@link UnknownCommand} when it rises above `versionMax`: commands of it will follow.
 */
export function applyRaiseVersion(
  read: ReadRow,
  { version, directories }: RaiseVersion,
  versionMax: number,
): Applied {
  const active = activeVersion(read);
  if (version < active) return nothing(encodeError('versionLowered', version, active));
  if (version === active) return nothing(encodeVersion(active));
  const able = (directory: string): boolean =>
    (readAnnouncement(read, directory)?.commandVersionMax ?? 0) >= version;
  if (directories.length === 0 || !directories.every(able)) {
    return nothing(encodeError('versionNotAnnounced', version));
  }
  // Not before: a number that nobody announced, mistyped perhaps, must not stop every member.
  if (version > versionMax) throw new UnknownCommand(`version ${version}`);
  const writer = createWriter(NUMBER_BYTES_MAX);
  writeNumber(writer, version);
  return { rows: new Map([[VERSION_ROW, written(writer)]]), reply: encodeVersion(version) };
}

const nothing = (reply: Uint8Array): Applied => ({ rows: new Map(), reply });
