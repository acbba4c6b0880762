/** Calls of the admin API. */
import { status } from '@grpc/grpc-js';
import { AdminServiceService as Admin } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Method } from './attempt.ts';
import { CliError } from './cli-error.ts';
import { call } from './routing.ts';
import type { Answer, Elsewhere, Route } from './routing.ts';
import type { ServiceError } from '@grpc/grpc-js';

/** The trailer in which a member names the peer address of its leader. */
const LEADER_TRAILER = 'robustmq-leader';

/** Who else to ask after a refusal of the admin API. */
export function adminElsewhere(error: ServiceError): Elsewhere | undefined {
  if (error.code !== status.FAILED_PRECONDITION) return undefined;
  const [address] = error.metadata.get(LEADER_TRAILER);
  if (address === undefined) return undefined;
  return address.length > 0 ? { kind: 'leader', address: address.toString() } : { kind: 'another' };
}

/** What one member says of itself. */
export interface Observation {
  readonly endpoint: string;
  readonly status: Status;
}

/** Status of the first of these endpoints that answers. */
export async function statusOf(route: Route): Promise<Observation> {
  const action = { what: 'ask for the status', mutates: false };
  const { endpoint, response } = await call(route, action, Admin.status, {});
  if (response.status === undefined) {
    throw new CliError('failed', `${endpoint} answered without a status. Is it a member?`);
  }
  return { endpoint, status: response.status };
}

/** Status of the leader, or of the first that answers while the leader is unknown or unreachable. */
export async function observe(route: Route): Promise<Observation> {
  const first = await statusOf(route);
  const { memberId, leaderId, leaderPeerAddress } = first.status;
  if (memberId === leaderId || leaderPeerAddress === '') return first;
  try {
    return await statusOf({ ...route, endpoints: [leaderPeerAddress] });
  } catch {
    return first;
  }
}

/** A call that names the configuration it was decided on. */
export async function change<Request extends { readonly configurationIndex: number }, Response>(
  route: Route,
  what: string,
  method: Method<Request, Response>,
  request: Request,
): Promise<Answer<Response>> {
  return call(route, { what, mutates: true }, method, request);
}

/**
 * The index of the configuration in force, unless the caller pins one.
 *
 * @throws CliError when the process that answered is in no cluster.
 */
export async function configurationIndex(
  route: Route,
  pinned: number | undefined,
): Promise<number> {
  return pinned ?? (await inCluster(route)).index;
}

/** What a call that moves leadership is decided on, as far as the caller does not pin it. */
export async function basis(
  route: Route,
  { configurationIndex: index, term }: { configurationIndex?: number; term?: number },
): Promise<{ readonly configurationIndex: number; readonly term: number }> {
  if (index !== undefined && term !== undefined) return { configurationIndex: index, term };
  const seen = await inCluster(route);
  return { configurationIndex: index ?? seen.index, term: term ?? seen.term };
}

async function inCluster(route: Route): Promise<{ readonly index: number; readonly term: number }> {
  const { endpoint, status: seen } = await observe(route);
  if (seen.configuration !== undefined) return { index: seen.configuration.index, term: seen.term };
  throw new CliError(
    'refused',
    `${endpoint} is in no cluster yet. Name a member of the cluster with --endpoints, or make one with \`robustmq-meta bootstrap\`.`,
  );
}
