import type {
  AdminServiceServer,
  BootstrapResponse,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { BootstrapOutcome } from '../../node/outcome.ts';
import { AdminError, outcomeUnknown } from './admin-error.ts';
import type { AdminParts } from './parts.ts';
import { PHASE_PROBLEMS, refused } from './refusals.ts';
import { unary } from './rpc.ts';

/** Ids count up from that of the member that founded the cluster. */
const FOUNDER_ID = 1;

/** The beginning of a cluster. */
export const createBootstrapRpc = (parts: AdminParts): Pick<AdminServiceServer, 'bootstrap'> => ({
  bootstrap: unary(parts, 'operator', () => bootstrap(parts)),
});

async function bootstrap(parts: AdminParts): Promise<BootstrapResponse> {
  const { node, newClusterId } = parts;
  if (node.status().phase !== 'waiting') return founded(parts);
  const outcome = await new Promise<BootstrapOutcome>((resolve) => {
    node.bootstrap(newClusterId(), resolve);
  });
  switch (outcome) {
    case 'bootstrapped':
      return founded(parts);
    case 'refused':
      // Somebody was faster: by a bootstrap, or by the first message of a leader.
      if (node.status().phase !== 'waiting') return founded(parts);
      throw new AdminError(
        'unavailable',
        'This directory is becoming a member just now. Try again in a moment.',
      );
    case 'unknown':
      throw outcomeUnknown();
  }
}

/** The ids of the cluster that this member has founded; throws when it has not. */
function founded(parts: AdminParts): BootstrapResponse {
  const { phase, error, identity, role } = parts.node.status();
  const problem = PHASE_PROBLEMS[phase](error);
  if (problem !== undefined) throw problem;
  if (role === 'removed') throw refused(parts, { reason: role });
  if (identity?.member === FOUNDER_ID) {
    return { clusterId: identity.cluster, memberId: identity.member };
  }
  throw new AdminError(
    'failedPrecondition',
    identity === undefined
      ? 'This process has no identity. Observe it with Status.'
      : `This directory is member ${identity.member} of cluster ${identity.cluster}, which another member has founded. Bootstrap is for an empty directory.`,
  );
}
