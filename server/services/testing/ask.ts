/** Calls rpcs of a member by what goes over the wire, without a wire. */
import { EventEmitter } from 'node:events';
import { Metadata, status } from '@grpc/grpc-js';
import type { MethodDefinition } from '@grpc/grpc-js';
import type { UnaryHandler } from '../../rpc/unary-handler.ts';
import type { ClientService } from '../client-service.ts';

/** All replies, or why there are none. */
export type Asked =
  | { readonly replies: readonly Buffer[] }
  | { readonly code: keyof typeof status; readonly details: string };

/** @param path `/package.Service/Rpc`. */
export function askBytes(
  services: readonly ClientService[],
  path: string,
  request: Buffer,
): Promise<Asked> {
  const found = methodOf(services, path);
  if (found === undefined) return Promise.resolve({ code: 'UNIMPLEMENTED', details: path });
  const { method, handler } = found;
  const call = Object.assign(new EventEmitter(), {
    request: method.requestDeserialize(request),
    metadata: new Metadata(),
  });
  return new Promise((resolve) => {
    handler(call, (failure, reply) => {
      if (failure !== null) {
        resolve({ code: status[failure.code] as keyof typeof status, details: failure.details });
        return;
      }
      const replies = method.responseStream ? taken(reply as Iterator<unknown>) : [reply];
      resolve({ replies: replies.map((each) => method.responseSerialize(each)) });
    });
  });
}

function methodOf(services: readonly ClientService[], path: string) {
  for (const { definition, handlers } of services) {
    for (const [rpc, method] of Object.entries(definition)) {
      const handler = handlers[rpc] as UnaryHandler<unknown, unknown> | undefined;
      if (method.path === path && handler !== undefined) {
        return { method: method as MethodDefinition<unknown, unknown>, handler };
      }
    }
  }
  return undefined;
}

function taken(messages: Iterator<unknown>): unknown[] {
  const all: unknown[] = [];
  for (let next = messages.next(); next.done !== true; next = messages.next()) all.push(next.value);
  return all;
}
