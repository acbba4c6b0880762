/** `member recover`: the quorum is lost for good, and a process that is left goes on alone. */
import { Option } from 'commander';
import {
  AdminServiceService as Admin,
  Phase,
  Standing,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Member, Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Observation } from '../admin-client.ts';
import { attempt } from '../attempt.ts';
import { CliError } from '../cli-error.ts';
import type { ClientCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { explain, failureText } from '../explain.ts';
import { showTable } from '../output.ts';
import { consentFor, furthestFirst, requireConsent, requireOneCluster } from '../recommendation.ts';
import type { LogEnd, Owned } from '../recommendation.ts';
import { call } from '../routing.ts';
import type { Route } from '../routing.ts';
import type { Result } from '../session.ts';
import { phaseWord, standingWord } from '../words.ts';

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
    const look = await lookAround(admin);
    if (yesMakeNewCluster === undefined) return notYet(look);
    requireConsent(yesMakeNewCluster, consentTo(look.best));
    const { endpoint, status } = look.best;
    const { memberId, lastLogTerm, lastLogIndex } = status;
    const { response } = await call(
      { ...admin, endpoints: [endpoint] },
      { what: `recover member ${memberId}`, mutates: true },
      Admin.recover,
      { incidentId: incident, memberId, lastLogTerm, lastLogIndex },
    );
    return {
      json: { recovered: true, cluster_id: response.clusterId, member_id: response.memberId },
      text: `Member ${response.memberId} at ${endpoint} is the only voter of the new cluster ${response.clusterId}. Members of the old one are refused: empty their directories, then add them with \`robustmq-meta member add\`.`,
    };
  },
};

/** What was found at an endpoint. */
interface Found {
  readonly endpoint: string;
  /** undefined: it could not be asked. */
  readonly status: Status | undefined;
  /** Why it could not. */
  readonly why: string;
}

/** What is left of the cluster, as far as the endpoints tell. */
interface Look {
  readonly all: readonly Found[];
  /** Whose log is furthest. */
  readonly best: Observation;
  /** Voters that are at none of the endpoints. */
  readonly absent: readonly Member[];
}

/** Asks every endpoint. Throws CliError when there is nothing to recommend. */
async function lookAround(route: Route): Promise<Look> {
  const all = await askAll(route);
  const running = all.flatMap(({ endpoint, status }) =>
    status?.phase === Phase.RUNNING ? [{ endpoint, status }] : [],
  );
  const best = furthest(running);
  const advice = 'name the members of one cluster with --endpoints';
  requireOneCluster(running.map(owned), owned(best), advice);
  const present = new Set(running.map(({ status }) => status.memberId));
  const absent = (best.status.configuration?.members ?? []).filter(
    ({ id, standing }) => standing !== Standing.LEARNER && !present.has(id),
  );
  return { all, best, absent };
}

/** Throws CliError when none of them answers. */
async function askAll({ channels, endpoints, timeoutMs }: Route): Promise<readonly Found[]> {
  const attempts = await Promise.all(
    endpoints.map((endpoint) =>
      attempt(channels.to(endpoint), endpoint, Admin.status, {}, timeoutMs),
    ),
  );
  const failures = attempts.filter((each) => each.kind !== 'done');
  if (failures.length === attempts.length) {
    throw explain({ what: 'ask for the status', mutates: false }, failures);
  }
  return attempts.map((each) =>
    each.kind === 'done'
      ? { endpoint: each.endpoint, status: each.response.status, why: 'it has no status' }
      : { endpoint: each.endpoint, status: undefined, why: failureText(each) },
  );
}

function furthest(running: readonly Observation[]): Observation {
  const [best] = running.toSorted((one, other) => furthestFirst(endOf(one), endOf(other)));
  if (best === undefined) throw new CliError('refused', 'No endpoint runs a member.');
  return best;
}

const endOf = ({ status: { lastLogTerm, lastLogIndex } }: Observation): LogEnd => ({
  term: lastLogTerm,
  index: lastLogIndex,
});

const owned = ({ endpoint, status }: Observation): Owned => ({
  name: endpoint,
  cluster: status.clusterId,
});

const consentTo = (found: Observation): string => consentFor(found.status.memberId, endOf(found));

function notYet(look: Look): Result {
  const { all, best, absent } = look;
  const head = ['MEMBER', 'STANDING', 'LAST TERM', 'LAST INDEX', 'ENDPOINT', ''];
  return {
    json: {
      ...{ recovered: false, recommended: best.endpoint, consent: consentTo(best) },
      endpoints: all.map((found) => foundJson(found, look)),
      absent_voter_ids: absent.map(({ id }) => id),
    },
    text: [
      showTable(
        head,
        all.map((found) => row(found, look)),
      ),
      '',
      ...warnings(look),
      'Nothing was changed. What only other members hold is lost, and they are refused if they come back.',
      'To make the recommended one the single voter of a new cluster, run this again with',
      `  --yes-make-new-cluster ${consentTo(best)}`,
    ].join('\n'),
    exitCode: EXIT.failed,
  };
}

function warnings({ absent }: Look): readonly string[] {
  if (absent.length === 0) return [];
  const voters = absent.map(({ id, peerAddress }) =>
    peerAddress === '' ? String(id) : `${id} (${peerAddress})`,
  );
  return [
    `Not heard: voters ${voters.join(', ')}. One of them may hold what was acknowledged and is nowhere else. If its process can be brought back, do that first; with its directory alone, use \`robustmq-meta recover\`.`,
  ];
}

function row({ endpoint, status, why }: Found, look: Look): string[] {
  if (status === undefined) return ['-', '-', '-', '-', endpoint, `not reached: ${why}`];
  const { memberId, lastLogTerm, lastLogIndex, phase } = status;
  const note = endpoint === look.best.endpoint ? 'recommended' : '';
  return [
    ...[memberId === 0 ? '-' : String(memberId), standingOf(memberId, look)],
    ...[lastLogTerm, lastLogIndex].map(String),
    ...[endpoint, phase === Phase.RUNNING ? note : phaseWord(phase)],
  ];
}

/** As the recommended member knows it. */
function standingOf(memberId: number, { best }: Look): string {
  const found = best.status.configuration?.members.find(({ id }) => id === memberId);
  return found === undefined ? 'no member' : standingWord(found.standing);
}

const foundJson = ({ endpoint, status, why }: Found, look: Look): unknown => ({
  endpoint,
  ...(status === undefined
    ? { reachable: false, error: why }
    : {
        reachable: true,
        member_id: status.memberId,
        standing: standingOf(status.memberId, look),
        phase: phaseWord(status.phase),
        last_log_term: status.lastLogTerm,
        last_log_index: status.lastLogIndex,
      }),
});
