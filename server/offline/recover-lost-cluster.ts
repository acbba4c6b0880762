import type { Candidate } from '../cli/candidates/candidate.ts';
import { askEndpoints, recoverEndpoint } from '../cli/candidates/endpoint.ts';
import { makeSingleVoter } from '../cli/candidates/single-voter.ts';
import type { Reach } from '../cli/candidates/single-voter.ts';
import { printable } from '../cli/output.ts';
import type { Result, Session } from '../cli/session.ts';
import { lookIntoDirectories, recoverDirectory } from './directory-candidates.ts';

/** What is left of the cluster, and what its end is called. */
export interface Remains {
  readonly directories: readonly string[];
  /** May be empty where no member runs. */
  readonly incident: string;
}

/**
 * Makes the furthest of directories and of members at the endpoints of the session the single voter
 * of a new cluster, once that is consented to.
 *
 * @param consent what `--yes-make-new-cluster` says.
 * @throws CliError, StorageError
 */
export function recoverLostCluster(
  session: Session,
  { directories, incident }: Remains,
  consent: string | undefined,
): Promise<Result> {
  const { admin } = session;
  const reach: Reach = {
    // Of those that are as far as each other the first goes on: a member that runs serves at once.
    look: async (): Promise<readonly Candidate[]> => [
      ...(await askEndpoints(admin)),
      ...(await lookIntoDirectories(directories)),
    ],
    recover: async (best) => {
      const survivor =
        best.place.kind === 'endpoint'
          ? await recoverEndpoint(admin, best, incident)
          : await recoverDirectory(best, incident);
      const others = admin.endpoints.filter((endpoint) => endpoint !== best.place.name);
      return { ...survivor, text: [survivor.text, ...endOthers(others)].join('\n') };
    },
  };
  return makeSingleVoter(session, reach, consent);
}

/** Whoever runs of the old cluster could make it come back beside the new one, with others that do. */
const endOthers = (endpoints: readonly string[]): readonly string[] =>
  endpoints.length === 0
    ? []
    : [
        `End these processes, which still belong to the old cluster: ${printable(endpoints.join(', '))}.`,
      ];
