import { Argument } from 'commander';
import { given } from '../../cli/arguments.ts';
import { showBytes, showPairs } from '../../cli/output.ts';
import { BACKUP_FORMAT_VERSION } from '../../codec/backup-file.ts';
import type { Result } from '../../cli/session.ts';
import type { BackupSummary } from '../backup-reading.ts';
import type { OfflineCommand } from '../offline-command.ts';

/** `snapshot inspect`: what a backup is of, every byte of it checked. */
export const inspectCommand: OfflineCommand = {
  name: 'inspect',
  about: 'Says what a backup is of, and checks all of it.',
  arguments: [new Argument('<file>', 'made by `snapshot save`')],
  examples: ['snapshot inspect meta.backup', 'snapshot inspect meta.backup -o json'],
  run: async (desk, args) => {
    const file = given(args, 0);
    const { checkBackup } = await import('../backup-reading.ts');
    return show(file, await checkBackup(desk, file));
  },
};

function show(file: string, { header, chunks, bytes }: BackupSummary): Result {
  const { cluster, position, hash, createdMs, serverVersion } = header;
  const { index, term, configuration } = position;
  const members = configuration.members.map(({ id, standing }) => ({ id, standing }));
  const created = new Date(createdMs).toISOString();
  return {
    json: {
      file,
      format_version: BACKUP_FORMAT_VERSION,
      cluster_id: cluster,
      index,
      term,
      members,
      state_hash: hash,
      created,
      server_version: serverVersion,
      chunks,
      bytes,
    },
    text: showPairs([
      ['format', String(BACKUP_FORMAT_VERSION)],
      ['cluster', cluster],
      ['entry', `${index} of term ${term}`],
      ['members', members.map(({ id, standing }) => `${id} (${standing})`).join(', ')],
      ['state hash', hash ?? 'none kept by the release that wrote it'],
      ['created', created],
      ['by', `robustmq-meta ${serverVersion}`],
      ['chunks', String(chunks)],
      ['size', `${showBytes(bytes)}, all of it checked`],
    ]),
  };
}
