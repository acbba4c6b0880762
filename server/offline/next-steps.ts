/** What to do with a directory that has become the first member of a new cluster. */
export const nextSteps = (dataDir: string, cluster: string, member: number): string =>
  [
    `New cluster ${cluster}, of which this directory is member ${member}, the only voter.`,
    '',
    'Next:',
    `  1. Start it:       robustmq-meta server --data-dir ${dataDir} …`,
    '  2. Let others in:  robustmq-meta server --data-dir <an empty directory> --join <its peer address> …',
    'Directories of the old cluster are refused by the new one: empty them before they join.',
  ].join('\n');
