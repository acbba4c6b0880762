/** Which directory is meant when a process is to be added. */
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
  // Without an address the leader waits for the process to announce itself.
  if (UUID.test(name)) return { directory: name, peerAddress: peerAddress ?? '' };
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
  return { directory: status.directory, peerAddress: peerAddress ?? (status.peerAddress || name) };
}
