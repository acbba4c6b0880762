import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CliError } from '../cli/cli-error.ts';
import { showBytes } from '../cli/output.ts';
import { createBar } from '../cli/progress-bar.ts';
import { BackupError, readBackup } from '../codec/backup-file.ts';
import type { BackupHeader } from '../codec/backup-file.ts';
import type { Desk } from './offline-command.ts';

/** What a backup is of, and how much of it there is. */
export interface BackupSummary {
  readonly header: BackupHeader;
  readonly chunks: number;
  readonly bytes: number;
}

/** The bytes of a file, with a bar that shows how far they are read. */
export async function* fileBytes(
  desk: Desk,
  file: string,
  doing: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { size } = await stat(file);
  const stream = createReadStream(file, { highWaterMark: 1 << 20 });
  const bar = createBar(
    desk,
    `${doing} [{bar}] {percentage}% of ${showBytes(size)}, {eta_formatted}`,
  );
  let read = 0;
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      read += piece.length;
      bar.show(read, size);
      yield piece;
    }
  } finally {
    bar.end();
    stream.destroy();
  }
}

/**
 * Reads a whole backup, and checks every byte of it.
 *
 * @throws CliError that names the file and the place of the damage.
 */
export async function checkBackup(desk: Desk, file: string): Promise<BackupSummary> {
  const source = fileBytes(desk, file, 'Checking');
  let header: BackupHeader | undefined;
  let chunks = 0;
  let bytes = 0;
  try {
    for await (const piece of readBackup(source)) {
      if (piece.kind === 'header') ({ header } = piece);
      else if (piece.kind === 'chunk') chunks += 1;
      else ({ bytes } = piece);
    }
    if (header === undefined) throw new BackupError('the backup has no header');
  } catch (error) {
    throw unusable(file, error);
  } finally {
    await source.return();
  }
  return { header, chunks, bytes };
}

function unusable(file: string, error: unknown): unknown {
  if (error instanceof BackupError) {
    const message = `${file} cannot be used: ${error.message}. Nothing was changed; take another backup.`;
    return new CliError('refused', message, undefined, error);
  }
  if (error instanceof Error && 'code' in error) {
    return new CliError('failed', `Cannot read ${file}: ${error.message}`, undefined, error);
  }
  return error;
}
