import type {
  AdminServiceServer,
  BootstrapRequest,
  BootstrapResponse,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { BootstrapOutcome } from '../../node/outcome.ts';
import { AdminError, outcomeUnknown } from './admin-error.ts';
import * as fields from './fields.ts';
import type { AdminParts } from './parts.ts';
import { PHASE_PROBLEMS, refused } from './refusals.ts';
import { unary } from './rpc.ts';

/** Ids count up from that of the member that founded the cluster. */
const FOUNDER_ID = 1;

/** The beginning of a cluster. */
export const createBootstrapRpc = (parts: AdminParts): Pick<AdminServiceServer, 'bootstrap'> => ({
  bootstrap: unary(parts, 'operator', (request) => bootstrap(parts, request)),
});

async function bootstrap(
  parts: AdminParts,
  { clusterId, directory }: BootstrapRequest,
): Promise<BootstrapResponse> {
  const { node, newClusterId } = parts;
  if (clusterId !== '') fields.clusterId('cluster_id', clusterId);
  if (directory !== '') requireDirectory(parts, fields.directory('directory', directory));
  if (node.status().phase !== 'waiting') return founded(parts, clusterId);
  const outcome = await new Promise<BootstrapOutcome>((resolve) => {
    node.bootstrap(clusterId === '' ? newClusterId() : clusterId, resolve);
  });
  switch (outcome) {
    case 'bootstrapped':
      return founded(parts, clusterId);
    case 'refused':
      // Somebody was faster: by a bootstrap, or by the first message of a leader.
      if (node.status().phase !== 'waiting') return founded(parts, clusterId);
      throw new AdminError(
        'unavailable',
        'This directory is becoming a member just now. Try again in a moment.',
      );
    case 'unknown':
      throw outcomeUnknown();
  }
}

/** Addresses are given to other processes: throws unless this one is on the directory that was meant. */
function requireDirectory({ self }: AdminParts, wanted: string): void {
  const { directory } = self();
  if (directory === wanted) return;
  throw new AdminError(
    'failedPrecondition',
    `This process is on directory ${directory}, not ${wanted}. Observe it with Status.`,
  );
}

/** The ids of the cluster that this member has founded, of that id if there is one; throws when it has not. */
function founded(parts: AdminParts, clusterId: string): BootstrapResponse {
  const { phase, error, identity, role } = parts.node.status();
  const problem = PHASE_PROBLEMS[phase](error);
  if (problem !== undefined) throw problem;
  if (role === 'removed') throw refused(parts, { reason: role });
  if (identity === undefined) {
    throw new AdminError(
      'failedPrecondition',
      'This process has no identity. Observe it with Status.',
    );
  }
  const { cluster, member } = identity;
  const wanted = clusterId === '' || clusterId === cluster;
  if (member === FOUNDER_ID && wanted) return { clusterId: cluster, memberId: member };
  const by = member === FOUNDER_ID ? 'it' : 'another member';
  throw new AdminError(
    'failedPrecondition',
    `This directory is member ${member} of cluster ${cluster}, which ${by} has founded. Bootstrap is for an empty directory.`,
  );
}
