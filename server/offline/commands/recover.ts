import { Option } from 'commander';
import { consentOption, incidentOption } from '../../cli/candidates/options.ts';
import { CliError } from '../../cli/cli-error.ts';
import { connectionOptions, readEndpoints } from '../../cli/command.ts';
import { withSession } from '../../cli/session.ts';
import type { CommonFlags } from '../../cli/session.ts';
import type { OfflineCommand, OfflineFlags } from '../offline-command.ts';

type Names = readonly string[];

const collect = (path: string, before: Names | undefined): Names => [...(before ?? []), path];

const collectEndpoints = (list: string, before: Names | undefined): Names => [
  ...(before ?? []),
  ...readEndpoints(list),
];

/** `recover`: what is left of a cluster that has lost its quorum for good goes on as a new one. */
export const recoverCommand: OfflineCommand = {
  name: 'recover',
  about:
    'When the quorum is lost for good: makes the data directory or the running member whose log is furthest the first member of a new cluster. Name all that is left.',
  options: [
    new Option(
      '--data-dir <path>',
      'directory of a member that does not run; one option each',
    ).argParser(collect),
    // Neither from the environment nor by default: whoever may end is named here.
    new Option(
      '--endpoints <host:port,…>',
      'peer addresses of members that run; only those that are given here are asked',
    ).argParser(collectEndpoints),
    incidentOption(),
    consentOption(),
    ...connectionOptions(),
  ],
  examples: [
    'recover --data-dir /mnt/a --data-dir /mnt/b',
    'recover --data-dir /mnt/a --endpoints meta-1:1230,meta-2:1230 --incident "fire in hall 2"',
    'recover --data-dir /mnt/a --data-dir /mnt/b --yes-make-new-cluster 2@7/1041',
  ],
  run: async ({ io }, _args, flags) => {
    const remains = { directories: [flags.dataDir ?? []].flat(), incident: flags.incident ?? '' };
    const { endpoints = [] } = flags;
    requirePlaces([...remains.directories, ...endpoints]);
    if (endpoints.length > 0) requireIncident(remains.incident);
    // With the storage, which other commands do without.
    const { recoverLostCluster } = await import('../recover-lost-cluster.ts');
    return withSession(io, connection(flags), (session) =>
      recoverLostCluster(session, remains, flags.yesMakeNewCluster),
    );
  },
};

function requirePlaces(places: Names): void {
  if (places.length > 0) return;
  throw new CliError(
    'usage',
    'Name what is left of the cluster: directories with --data-dir, members that run with --endpoints.',
  );
}

/** Members remember it, so that a call whose answer was lost is never carried out twice. */
function requireIncident(incident: string): void {
  if (incident !== '') return;
  throw new CliError('usage', 'With --endpoints, name what happened with --incident.');
}

const connection = (flags: OfflineFlags): CommonFlags => ({
  authority: flags.authority,
  certificate: flags.certificate,
  key: flags.key,
  output: flags.output,
  timeout: flags.timeout ?? 0,
  endpoints: flags.endpoints ?? [],
  clientEndpoints: [],
});
