/** `member recover`: the quorum is lost for good, and a process that is left goes on alone. */
import { Option } from 'commander';
import { AdminServiceService as Admin, Phase } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { statusOf } from '../admin-client.ts';
import type { Observation } from '../admin-client.ts';
import { CliError } from '../cli-error.ts';
import type { ClientCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { showTable } from '../output.ts';
import { call } from '../routing.ts';
import type { Route } from '../routing.ts';
import type { Result } from '../session.ts';

export const memberRecover: ClientCommand = {
  name: 'recover',
  about:
    'When the quorum is lost for good: makes the endpoint whose log is furthest the first member of a new cluster. Directories without a process: see `robustmq-meta recover`.',
  options: [
    new Option(
      '--incident <name>',
      'names what happened; the same name again changes nothing',
    ).makeOptionMandatory(),
    new Option(
      '--yes-make-new-cluster <member@term/index>',
      'consent, for the member that is recommended; without it nothing is changed',
    ),
  ],
  examples: [
    'member recover --incident "fire in hall 2" --endpoints meta-1:1230,meta-2:1230',
    'member recover --incident "fire in hall 2" --endpoints meta-1:1230,meta-2:1230 --yes-make-new-cluster 2@7/1041',
  ],
  run: async ({ admin }, _args, { incident = '', yesMakeNewCluster }) => {
    const all = await observeAll(admin);
    const best = furthest(all);
    const wanted = consentFor(best);
    if (yesMakeNewCluster === undefined) return notYet(all, best);
    if (yesMakeNewCluster !== wanted) {
      throw new CliError(
        'refused',
        `--yes-make-new-cluster says ${yesMakeNewCluster}, but what is recommended is ${wanted}. Nothing was changed: look again.`,
      );
    }
    const { memberId, lastLogTerm, lastLogIndex } = best.status;
    const { response } = await call(
      { ...admin, endpoints: [best.endpoint] },
      { what: `recover member ${memberId}`, mutates: true },
      Admin.recover,
      { incidentId: incident, memberId, lastLogTerm, lastLogIndex },
    );
    return {
      json: { recovered: true, cluster_id: response.clusterId, member_id: response.memberId },
      text: `Member ${response.memberId} at ${best.endpoint} is the only voter of the new cluster ${response.clusterId}. Members of the old one are refused: empty their directories, then add them with \`robustmq-meta member add\`.`,
    };
  },
};

/** What every endpoint says of itself. Throws CliError when one of them says nothing. */
const observeAll = (route: Route): Promise<readonly Observation[]> =>
  Promise.all(route.endpoints.map((endpoint) => statusOf({ ...route, endpoints: [endpoint] })));

function furthest(all: readonly Observation[]): Observation {
  const [best] = all
    .filter(({ status }) => status.phase === Phase.RUNNING)
    .sort(({ status: one }, { status: other }) =>
      one.lastLogTerm === other.lastLogTerm
        ? other.lastLogIndex - one.lastLogIndex
        : other.lastLogTerm - one.lastLogTerm,
    );
  if (best === undefined) throw new CliError('refused', 'No endpoint runs a member.');
  return best;
}

const consentFor = ({ status }: Observation): string =>
  `${status.memberId}@${status.lastLogTerm}/${status.lastLogIndex}`;

function notYet(all: readonly Observation[], best: Observation): Result {
  const rows = all.map((each) => {
    const { memberId, lastLogTerm, lastLogIndex } = each.status;
    const numbers = [memberId, lastLogTerm, lastLogIndex].map(String);
    return [...numbers, each.endpoint, each === best ? 'recommended' : ''];
  });
  return {
    json: { recovered: false, recommended: best.endpoint, consent: consentFor(best) },
    text: [
      showTable(['MEMBER', 'LAST TERM', 'LAST INDEX', 'ENDPOINT', ''], rows),
      '',
      'Nothing was changed. What only other members hold is lost, and they are refused if they come back.',
      'To make the recommended one the single voter of a new cluster, run this again with',
      `  --yes-make-new-cluster ${consentFor(best)}`,
    ].join('\n'),
    exitCode: EXIT.failed,
  };
}
