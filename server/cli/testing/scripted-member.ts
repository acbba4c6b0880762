/** A real gRPC server on loopback whose answers a test writes. */
import { createServer } from 'node:net';
import { Metadata, Server, ServerCredentials } from '@grpc/grpc-js';
import type {
  ServiceError,
  UntypedServiceImplementation,
  sendUnaryData,
  ServerUnaryCall,
  status,
} from '@grpc/grpc-js';
import { MetaServiceServiceService } from '../../../proto/gen/meta/common.ts';
import { AdminServiceService, StatusResponse } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';

export interface ScriptedMember {
  readonly endpoint: string;
  /** Names of the rpcs that arrived, in their order. */
  readonly calls: readonly string[];
  /** The last request of each rpc. */
  readonly requests: ReadonlyMap<string, unknown>;
  /** Cuts every connection at once. */
  kill(): void;
}

/** Handlers by rpc; the others are UNIMPLEMENTED. */
export type Script = UntypedServiceImplementation;

type Definitions = Readonly<Record<string, { readonly responseStream: boolean }>>;

/** Starts a member with both services. Kill it after the test. */
export async function startMember(script: Script): Promise<ScriptedMember> {
  const server = new Server();
  const calls: string[] = [];
  const requests = new Map<string, unknown>();
  const record = (definitions: Definitions): UntypedServiceImplementation =>
    Object.fromEntries(
      Object.keys(definitions).flatMap((name) => {
        const handler = script[name];
        if (handler === undefined) return [];
        const recording = (call: { request: unknown }, ...rest: unknown[]): void => {
          calls.push(name);
          requests.set(name, call.request);
          Reflect.apply(handler, undefined, [call, ...rest]);
        };
        return [[name, recording as typeof handler]];
      }),
    );
  server.addService(AdminServiceService, record(AdminServiceService));
  server.addService(MetaServiceServiceService, record(MetaServiceServiceService));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const kill = (): void => server.forceShutdown();
  return { endpoint: `127.0.0.1:${port}`, calls, requests, kill };
}

/** An address at which nobody listens. */
export async function nobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof bound === 'object' && bound !== null ? `127.0.0.1:${bound.port}` : '';
}

type Handler<Response> = (
  call: ServerUnaryCall<unknown, Response>,
  reply: sendUnaryData<Response>,
) => void;

/** Answers so. */
export const answer =
  <Response>(response: Response | (() => Response)): Handler<Response> =>
  (_call, reply) =>
    reply(null, response instanceof Function ? response() : response);

/** Refuses with a status, and trailers if there are any. */
export const refuse =
  (
    code: status,
    details: string,
    trailers: Readonly<Record<string, string>> = {},
  ): Handler<never> =>
  (_call, reply) => {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
    const error: Partial<ServiceError> = { code, details, metadata };
    reply(error);
  };

/** A status with the fields that matter here; the others are as empty as on the wire. */
export const statusWith = (fields: Partial<Status>): Status => ({
  ...(StatusResponse.decode(Uint8Array.of(10, 0)).status ?? (fields as Status)),
  ...fields,
});
