import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { CliError } from '../cli/cli-error.ts';
import { showBytes } from '../cli/output.ts';
import type { Result } from '../cli/session.ts';
import { restore } from '../recovery/restore.ts';
import { createLevelStorage } from '../storage/level/level-storage.ts';
import { checkBackup, fileBytes } from './backup-reading.ts';
import { nextSteps } from './next-steps.ts';
import type { Desk } from './offline-command.ts';

/**
 * Restores a backup into an empty directory. The whole file is checked first: a damaged one leaves no
 * half of itself behind.
 */
export async function restoreFile(desk: Desk, file: string, dataDir: string): Promise<Result> {
  await refuseOccupied(dataDir);
  const { header, bytes } = await checkBackup(desk, file);
  const { index, term } = header.position;
  const { cluster, member } = await restore({
    backup: fileBytes(desk, file, 'Restoring'),
    into: createLevelStorage(dataDir),
    cluster: randomUUID(),
  });
  return {
    json: {
      file,
      data_dir: dataDir,
      bytes,
      cluster_id: cluster,
      member_id: member,
      old_cluster_id: header.cluster,
      index,
      term,
    },
    text: [
      `Restored ${showBytes(bytes)} to ${dataDir}: entry ${index} of term ${term} of cluster ${header.cluster}.`,
      nextSteps(dataDir, cluster, member),
    ].join('\n'),
  };
}

/** What a fresh volume brings along does not count. */
async function refuseOccupied(dataDir: string): Promise<void> {
  const names = await readdir(dataDir).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const found = names.find((name) => !name.startsWith('.') && name !== 'lost+found');
  if (found === undefined) return;
  throw new CliError(
    'refused',
    `${dataDir} is not empty: there is ${found}. Nothing was changed; name an empty directory, or one that is yet to be made.`,
  );
}
