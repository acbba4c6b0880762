/** Members that run, as candidates. */
import {
  AdminServiceService as Admin,
  Phase,
  Standing,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { attempt } from '../attempt.ts';
import type { Attempt } from '../attempt.ts';
import { failureText } from '../explain.ts';
import { call } from '../routing.ts';
import type { Route } from '../routing.ts';
import { phaseWord } from '../words.ts';
import type { Candidate, Known, Place, Usable } from './candidate.ts';
import type { Survivor } from './single-voter.ts';

/** Asks every endpoint what it holds, all at once. */
export const askEndpoints = ({
  channels,
  endpoints,
  timeoutMs,
}: Route): Promise<readonly Candidate[]> =>
  Promise.all(
    endpoints.map(async (endpoint) => {
      const client = channels.to(endpoint);
      return candidateIn(await attempt(client, endpoint, Admin.status, {}, timeoutMs));
    }),
  );

function candidateIn(outcome: Attempt<{ readonly status: Status | undefined }>): Candidate {
  const place: Place = { kind: 'endpoint', name: outcome.endpoint };
  if (outcome.kind !== 'done') {
    const reached = outcome.kind === 'refused';
    const why = `${reached ? 'it answered' : 'not reached'}: ${failureText(outcome)}`;
    return { kind: 'unusable', place, why, reached };
  }
  const { status } = outcome.response;
  const why = status === undefined ? 'it has no status: is it a member?' : whyNot(status);
  if (status === undefined || why !== undefined) {
    return { kind: 'unusable', place, why: why ?? '', reached: true };
  }
  return usable(place, status);
}

/** Phases in which the directory can be used, though not by its process. */
const ENDED: readonly Phase[] = [Phase.REFUSED, Phase.BROKEN, Phase.REOPENING, Phase.STOPPED];

/** Why a member that answers has no log that could go on: a phase that is not known is none. */
function whyNot({ phase, error }: Status): string | undefined {
  if (phase === Phase.RUNNING) return undefined;
  if (phase === Phase.WAITING) return 'an empty directory that waits for orders';
  const because = error === '' ? '' : ` (${error})`;
  const advice = ENDED.includes(phase) ? '; end it and name its directory instead' : '';
  return `its process is ${phaseWord(phase)}${because}${advice}`;
}

const STANDINGS: ReadonlyMap<Standing, Known['standing']> = new Map([
  [Standing.VOTER, 'voter'],
  [Standing.LEARNER, 'learner'],
  [Standing.LEAVING, 'leaving'],
]);

const usable = (place: Place, status: Status): Usable => ({
  kind: 'usable',
  place,
  cluster: status.clusterId,
  member: status.memberId,
  directory: status.directory,
  term: status.term,
  last: { term: status.lastLogTerm, index: status.lastLogIndex },
  applied: status.appliedIndex,
  leader: status.leaderId,
  members: (status.configuration?.members ?? []).map(({ id, standing, peerAddress }) => ({
    ...{ id, standing: STANDINGS.get(standing) ?? 'unknown', peerAddress },
  })),
  outgoing: status.configuration?.outgoingVoterIds ?? [],
});

/**
 * Makes a member that runs the single voter of a new cluster, unless it has moved since.
 *
 * @param incident names what happened; the same one again changes nothing.
 * @throws CliError
 */
export async function recoverEndpoint(
  route: Route,
  { place, member, last }: Usable,
  incident: string,
): Promise<Survivor> {
  const { response } = await call(
    { ...route, endpoints: [place.name] },
    { what: `recover member ${member}`, mutates: true },
    Admin.recover,
    { incidentId: incident, memberId: member, lastLogTerm: last.term, lastLogIndex: last.index },
  );
  const { clusterId, memberId } = response;
  return {
    ...{ cluster: clusterId, member: memberId },
    text: `Member ${memberId} at ${place.name} is the only voter of the new cluster ${clusterId}. Members of the old one are refused: empty their directories, then add them with \`robustmq-meta member add\`.`,
  };
}
