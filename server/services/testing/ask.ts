/** Calls rpcs of a member by what goes over the wire, without a wire. */
import { EventEmitter } from 'node:events';
import { Metadata, status } from '@grpc/grpc-js';
import type { MethodDefinition } from '@grpc/grpc-js';
import type { UnaryHandler } from '../../rpc/unary-handler.ts';
import type { ClientService } from '../client-service.ts';
import { META_SERVICES } from '../meta/services.ts';

/** All replies, or why there are none. */
export type Asked =
  | { readonly replies: readonly Buffer[] }
  | { readonly code: keyof typeof status; readonly details: string };

/** @param path `/package.Service/Rpc`. @param number of the request, if it has one. */
export function askBytes(
  services: readonly ClientService[],
  path: string,
  request: Buffer,
  number?: number,
): Promise<Asked> {
  const found = methodOf(services, path);
  if (found === undefined) return Promise.resolve({ code: 'UNIMPLEMENTED', details: path });
  const { method, handler } = found;
  const call = Object.assign(new EventEmitter(), {
    request: method.requestDeserialize(request),
    metadata: numbered(number),
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

function numbered(number: number | undefined): Metadata {
  const metadata = new Metadata();
  if (number === undefined) return metadata;
  metadata.set('robustmq-client-id', 'client');
  metadata.set('robustmq-request-id', String(number));
  return metadata;
}

/** What became of a call: no replies unless it went well. */
export interface Answered {
  readonly code: keyof typeof status;
  readonly details: string;
  readonly replies: readonly Readonly<Record<string, unknown>>[];
}

/** Calls an rpc of the meta services. @param rpc its name alone. @param request empty where it says nothing. */
export async function askRpc(
  services: readonly ClientService[],
  rpc: string,
  request: Readonly<Record<string, unknown>> = {},
): Promise<Answered> {
  const method = META_METHODS.find(({ path }) => path.endsWith(`/${rpc}`));
  if (method === undefined) throw new Error(`no rpc ${rpc}`);
  const whole = { ...method.requestDeserialize(Buffer.alloc(0)), ...request };
  const asked = await askBytes(services, method.path, method.requestSerialize(whole));
  if (!('replies' in asked)) return { ...asked, replies: [] };
  const replies = asked.replies.map((reply) => method.responseDeserialize(reply));
  return { code: 'OK', details: '', replies };
}

const META_METHODS: readonly MethodDefinition<object, Record<string, unknown>>[] =
  META_SERVICES.flatMap(({ definition }) => Object.values(definition));

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
