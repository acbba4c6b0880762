import type {
  AdminServiceServer,
  RecoverRequest,
  RecoverResponse,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { NodeStatus } from '../../node/node.ts';
import type { Identity } from '../../ports/identity.ts';
import { StorageError } from '../../ports/outcome.ts';
import { incidentOf } from '../../state/epochs.ts';
import { AdminError } from './admin-error.ts';
import * as fields from './fields.ts';
import type { AdminParts, Recovery } from './parts.ts';
import { PHASE_PROBLEMS } from './refusals.ts';
import { unary } from './rpc.ts';

type Parts = Pick<AdminParts, 'authorize' | 'node' | 'recover' | 'unforeseen'>;

/** The end of a cluster that has lost its quorum for good, and the beginning of the next one. */
export const createRecoverRpc = (parts: Parts): Pick<AdminServiceServer, 'recover'> => ({
  recover: unary(parts, 'operator', (request) => recover(parts, request)),
});

/**
 * Which incident a cluster began with is in its state, so a call whose answer was lost is answered
 * again, and is never taken for another incident.
 */
async function recover(parts: Parts, request: RecoverRequest): Promise<RecoverResponse> {
  const incident = fields.incident(request.incidentId);
  fields.memberId('member_id', request.memberId);
  const status = parts.node.status();
  const { phase, error, identity } = status;
  const problem = PHASE_PROBLEMS[phase](error);
  if (problem !== undefined) throw problem;
  // A node that runs is somebody.
  if (identity === undefined) throw new AdminError('unavailable', 'Who this is is not known yet.');
  const began = incidentOf(parts.node.row, identity.cluster);
  if (began?.incident === incident) {
    if (identity.member === request.memberId) return answer(identity);
    // Members that were added since say the same of it.
    throw new AdminError(
      'failedPrecondition',
      `Incident ${incident} was recovered from with member ${identity.member}, not ${request.memberId}.`,
    );
  }
  return answer(await carryOut(parts, requireChosen(status, identity, request, incident)));
}

const answer = ({ cluster, member }: Identity): RecoverResponse => ({
  clusterId: cluster,
  memberId: member,
});

/** Throws unless this is the member that was chosen, as it was then, and nobody leads. */
function requireChosen(
  status: NodeStatus,
  identity: Identity,
  { memberId, lastLogTerm, lastLogIndex }: RecoverRequest,
  incident: string,
): Recovery {
  const { leader, lastLog, lastLogTerm: term, configuration } = status;
  const { member } = identity;
  if (member !== memberId) {
    throw new AdminError(
      'failedPrecondition',
      `This is member ${member}, not ${memberId}. Observe with Status, and choose again.`,
    );
  }
  if (leader !== undefined) {
    throw new AdminError(
      'failedPrecondition',
      `Member ${leader} leads: the quorum is not lost. Recovery would throw away what this member lacks; use Remove and AddLearner instead.`,
    );
  }
  const voters = (configuration?.members ?? []).filter(({ standing }) => standing === 'voter');
  if (voters.length === 1 && voters[0]?.id === member) {
    throw new AdminError(
      'unavailable',
      'This member is the only voter and will lead in a moment: perhaps it was just recovered. Try again.',
    );
  }
  if (lastLog !== lastLogIndex || term !== lastLogTerm) {
    throw new AdminError(
      'aborted',
      `The log of this member ends at ${lastLog} of term ${term}, not at ${lastLogIndex} of term ${lastLogTerm}. Observe all members with Status, and choose again.`,
    );
  }
  return { incident, member, last: { index: lastLog, term } };
}

async function carryOut(parts: Parts, recovery: Recovery): Promise<Identity> {
  try {
    return await parts.recover(recovery);
  } catch (error) {
    // Somebody wrote to the log between the check and the end of the node.
    if (error instanceof StorageError && error.code === 'foreign') {
      throw new AdminError('aborted', error.message);
    }
    throw error;
  }
}
