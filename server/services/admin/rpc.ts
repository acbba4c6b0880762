import type { UnaryHandler } from '../../rpc/unary-handler.ts';
import { AdminError, toStatus } from './admin-error.ts';
import type { AdminParts, Caller, CallerRole } from './parts.ts';

type Gate = Pick<AdminParts, 'authorize' | 'unforeseen'>;

/** Throws unless the caller may act in this role. */
export function permit({ authorize }: Gate, caller: Caller, role: CallerRole): void {
  const problem = authorize(caller, role);
  if (problem !== undefined) throw new AdminError('permissionDenied', problem);
}

/** A rpc of one request and one response: `handle` answers, or throws what `toStatus` knows. */
export function unary<Request, Response>(
  gate: Gate,
  role: CallerRole,
  handle: (request: Request) => Response | Promise<Response>,
): UnaryHandler<Request, Response> {
  return (call, callback) => {
    const carryOut = async (): Promise<Response> => {
      permit(gate, call, role);
      return await handle(call.request);
    };
    carryOut().then(
      (response) => callback(null, response),
      (error: unknown) => callback(toStatus(error, gate.unforeseen)),
    );
  };
}
