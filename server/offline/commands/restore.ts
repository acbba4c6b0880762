import { Argument, Option } from 'commander';
import { given } from '../../cli/arguments.ts';
import type { OfflineCommand } from '../offline-command.ts';

/** `snapshot restore`: a new cluster of one, with what a backup holds. */
export const restoreCommand: OfflineCommand = {
  name: 'restore',
  about: 'Makes an empty data directory the first member of a new cluster, with a backup in it.',
  arguments: [new Argument('<file>', 'made by `snapshot save`')],
  options: [
    new Option('--data-dir <path>', 'a directory that is empty or missing').makeOptionMandatory(),
  ],
  examples: ['snapshot restore meta.backup --data-dir /var/lib/robustmq-meta'],
  run: async (desk, args, { dataDir }) => {
    // With the storage, which other commands do without.
    const { restoreFile } = await import('../restore-file.ts');
    return restoreFile(desk, given(args, 0), String(dataDir));
  },
};
