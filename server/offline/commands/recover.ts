import { Option } from 'commander';
import type { OfflineCommand } from '../offline-command.ts';

const collect = (path: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  path,
];

/** `recover`: what is left of a cluster that has lost its quorum for good goes on as a new one. */
export const recoverCommand: OfflineCommand = {
  name: 'recover',
  about:
    'When the quorum is lost for good: makes the data directory whose log is furthest the first member of a new cluster.',
  options: [
    new Option('--data-dir <path>', 'a directory that is left; give all of them, one option each')
      .argParser(collect)
      .makeOptionMandatory(),
    new Option(
      '--yes-make-new-cluster <member@term/index>',
      'consent, for the member that is recommended; without it, or a person who types it, nothing is changed',
    ),
  ],
  examples: [
    'recover --data-dir /mnt/a --data-dir /mnt/b',
    'recover --data-dir /mnt/a --data-dir /mnt/b --yes-make-new-cluster 2@7/1041',
  ],
  run: async (desk, _args, { dataDir = [], yesMakeNewCluster }) => {
    // With the storage, which other commands do without.
    const { recoverDirectories } = await import('../recover-directories.ts');
    return recoverDirectories(desk, [dataDir].flat(), yesMakeNewCluster);
  },
};
