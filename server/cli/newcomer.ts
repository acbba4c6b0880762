/** Which directory is meant when a process is to be added. */
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { address } from '../config/kinds.ts';
import { statusOf } from './admin-client.ts';
import { CliError } from './cli-error.ts';
import type { Route } from './routing.ts';

export interface Newcomer {
  readonly directory: string;
  readonly peerAddress: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A directory is taken as it is; a process at an address is asked for its own.
 *
 * @throws CliError when it is neither, or the process cannot be asked.
 */
export async function newcomer(
  route: Route,
  name: string,
  peerAddress: string | undefined,
): Promise<Newcomer> {
  if (UUID.test(name)) return { directory: name, peerAddress: required(name, peerAddress) };
  if (address.parse(name) === undefined) {
    throw new CliError(
      'usage',
      `${name} is neither the UUID of a directory nor an address such as meta-3:1230.`,
    );
  }
  const { status } = await statusOf({ ...route, endpoints: [name] });
  if (status.directory === '') {
    throw new CliError('refused', `The process at ${name} has no directory yet. Try again.`);
  }
  if (status.clusterId !== '') await refuseForeigner(route, name, status);
  return { directory: status.directory, peerAddress: peerAddress ?? (status.peerAddress || name) };
}

function required(directory: string, peerAddress: string | undefined): string {
  if (peerAddress !== undefined) return peerAddress;
  throw new CliError(
    'usage',
    `Where is directory ${directory}? Give --peer-address, or the peer address of its process in place of the UUID.`,
  );
}

/** Who belongs to a cluster stays there, whatever another one decides. */
async function refuseForeigner(
  route: Route,
  name: string,
  { clusterId, memberId }: Status,
): Promise<void> {
  const { endpoint, status } = await statusOf(route);
  if (status.clusterId === '' || status.clusterId === clusterId) return;
  throw new CliError(
    'refused',
    `The process at ${name} is member ${memberId} of another cluster, ${clusterId}; ${endpoint} belongs to ${status.clusterId}. Nothing was changed. If that member is to move here, stop it, empty its data directory, start it anew, and add it again.`,
  );
}
