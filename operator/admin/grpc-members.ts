/** Members over their admin API. */
import { Metadata, status as codes } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { AdminServiceService as Admin } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { AdminError } from './admin-error.ts';
import type { Connections } from './connections.ts';
import type { Endpoint, Members } from './members.ts';

/** Who does not say in this time how it is, is not well. */
const STATUS_MS = 2_000;
/** Connecting changes nothing, and what was not sent was not carried out. */
const CONNECT_MS = 2_000;
/** Longer than a member itself waits for what it was asked to do. */
const CHANGE_MS = 8_000;

/** A unary rpc, as the generated services describe it. */
interface Method<Request, Response> {
  readonly path: string;
  requestSerialize(request: Request): Buffer;
  responseDeserialize(bytes: Buffer): Response;
}

export function createGrpcMembers(connections: Connections): Members {
  const call = <Request, Response>(
    at: Endpoint,
    method: Method<Request, Response>,
    request: Request,
    deadlineMs: number,
  ): Promise<Response> =>
    new Promise((resolve, reject) => {
      connections.to(at).makeUnaryRequest(
        method.path,
        (value: Request) => method.requestSerialize(value),
        (bytes: Buffer) => method.responseDeserialize(bytes),
        request,
        new Metadata(),
        { deadline: Date.now() + deadlineMs },
        (error, response) => {
          if (error !== null) reject(error);
          else if (response !== undefined) resolve(response);
        },
      );
    });
  const change = async <Request>(
    at: Endpoint,
    what: string,
    method: Method<Request, unknown>,
    request: Request,
  ): Promise<void> => {
    const where = `${what} at ${at.ip}:${at.port}`;
    await connect(connections, at, where);
    try {
      await call(at, method, request, CHANGE_MS);
    } catch (error) {
      throw adminError(where, error as ServiceError);
    }
  };
  return {
    status: async (at) => {
      try {
        return (await call(at, Admin.status, {}, STATUS_MS)).status;
      } catch {
        return undefined;
      }
    },
    bootstrap: (at, { clusterId, directory }) =>
      change(at, 'Bootstrap', Admin.bootstrap, { clusterId, directory }),
    changeMembership: (at, { configurationIndex, changes }) =>
      change(at, 'ChangeMembership', Admin.changeMembership, {
        configurationIndex,
        changes: [...changes],
      }),
    transfer: (at, { configurationIndex, memberId, term }) =>
      change(at, 'Transfer', Admin.transfer, { configurationIndex, memberId, term }),
    recover: (at, { incidentId, memberId, lastLogTerm, lastLogIndex }) =>
      change(at, 'Recover', Admin.recover, { incidentId, memberId, lastLogTerm, lastLogIndex }),
  };
}

function connect(connections: Connections, at: Endpoint, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connections.to(at).waitForReady(Date.now() + CONNECT_MS, (error) => {
      if (error === undefined) resolve();
      else reject(new AdminError('refused', `${where}: no connection`, error));
    });
  });
}

/** Whether it was carried out: only what the member itself answers can say that it was not. */
function adminError(where: string, error: ServiceError): AdminError {
  // Errors that the library makes up itself carry no headers; what a member sends names its content type.
  const answered = error.metadata.get('content-type').length > 0;
  const refused = answered && REFUSALS.has(error.code);
  return new AdminError(refused ? 'refused' : 'unknown', `${where}: ${error.details}`, error);
}

/** What a member answers when it has done nothing. */
const REFUSALS: ReadonlySet<codes> = new Set([
  codes.INVALID_ARGUMENT,
  codes.FAILED_PRECONDITION,
  codes.ABORTED,
  codes.UNAVAILABLE,
  codes.PERMISSION_DENIED,
  codes.UNAUTHENTICATED,
  codes.UNIMPLEMENTED,
  codes.RESOURCE_EXHAUSTED,
]);
