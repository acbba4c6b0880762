/** A file that appears under its name only when it is whole and on disk. */
import { access, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliError } from './cli-error.ts';

/**
 * Writes the chunks to a temporary file beside `file`, syncs it, and gives it its name. When
 * anything goes wrong before, `file` is as it was and the temporary file is gone.
 *
 * @throws CliError when `file` exists and may not be replaced; what `chunks` throws.
 */
export async function writeWhole(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  force: boolean,
): Promise<void> {
  if (!force) await refuseExisting(file);
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.partial`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await fill(handle, chunks);
    // It takes a while: somebody else may have made it meanwhile.
    if (!force) await refuseExisting(file);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(file));
}

async function fill(handle: FileHandle, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of chunks) await handle.writeFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @throws CliError when there is something under this name. */
async function refuseExisting(file: string): Promise<void> {
  try {
    await access(file);
  } catch {
    return;
  }
  throw new CliError('refused', `${file} exists. Name another file, or replace it with --force.`);
}

/** The name is on disk only when its directory is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
