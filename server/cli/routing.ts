/** Which member is asked, and whom after it. */
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { attempt } from './attempt.ts';
import type { Attempt, Failure, Method } from './attempt.ts';
import type { Channels } from './endpoints.ts';
import { explain } from './explain.ts';
import type { Action } from './explain.ts';

/** What a refusal says about who else to ask. */
export type Elsewhere =
  /** This member leads. */
  | { readonly kind: 'leader'; readonly address: string }
  /** Not this one; it does not know who. */
  | { readonly kind: 'another' };

/** Members behind a list of addresses. */
export interface Route {
  readonly channels: Channels;
  readonly endpoints: readonly string[];
  readonly timeoutMs: number;
  /** undefined: the refusal is final. */
  elsewhere(error: ServiceError): Elsewhere | undefined;
}

/** An answer, and who gave it. */
export interface Answer<Response> {
  readonly endpoint: string;
  readonly response: Response;
}

/** Leaders that point at each other must not keep this going. */
const REDIRECTS_MAX = 4;

/**
 * Calls one endpoint after the other until one has answered, and the leader that one of them names
 * before the rest. What changes something goes to another member only when it was certainly not
 * carried out by the one before.
 *
 * @throws CliError
 */
export async function call<Request, Response>(
  route: Route,
  action: Action,
  method: Method<Request, Response>,
  request: Request,
): Promise<Answer<Response>> {
  const queue = [...route.endpoints];
  const failures: Failure[] = [];
  let redirects = 0;
  // Whoever sends us on has done nothing, whatever the status it says so with.
  let mutates = false;
  for (let endpoint = queue.shift(); endpoint !== undefined; endpoint = queue.shift()) {
    const client = route.channels.to(endpoint);
    const outcome = await attempt(client, endpoint, method, request, route.timeoutMs);
    if (outcome.kind === 'done') return outcome;
    failures.push(outcome);
    const next = whatNext(route, action, outcome);
    mutates = action.mutates && next === undefined;
    if (next === undefined) break;
    if (next.kind === 'leader' && redirects < REDIRECTS_MAX) {
      redirects += 1;
      const { address } = next;
      queue.splice(0, queue.length, address, ...queue.filter((other) => other !== address));
    }
  }
  throw explain({ ...action, mutates }, failures);
}

/** undefined: nobody else may be asked. */
function whatNext(
  route: Route,
  action: Action,
  outcome: Exclude<Attempt<unknown>, { kind: 'done' }>,
): Elsewhere | undefined {
  switch (outcome.kind) {
    case 'unreachable':
      return { kind: 'another' };
    case 'lost':
      return action.mutates ? undefined : { kind: 'another' };
    case 'refused': {
      const { error } = outcome;
      // A member that answers UNAVAILABLE promises that it did nothing.
      if (error.code === status.UNAVAILABLE) return { kind: 'another' };
      if (!action.mutates && error.code === status.DEADLINE_EXCEEDED) return { kind: 'another' };
      return route.elsewhere(error);
    }
  }
}
