import assert from 'node:assert/strict';
import { Client, credentials, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { MetaServiceServiceService } from '../../proto/gen/meta/common.ts';
import type { ListTenantReply } from '../../proto/gen/meta/common.ts';
import { CallFailed } from '../rpc/unary-handler.ts';
import type { UnaryHandler } from '../rpc/unary-handler.ts';
import { grpcHandlers } from './grpc-handlers.ts';

const { path, requestSerialize, responseDeserialize } = MetaServiceServiceService.listTenant;

describe('Streams through grpc-js', () => {
  let server: Server;
  let client: Client;

  async function open(listTenant: UnaryHandler<never, unknown>): Promise<void> {
    server = new Server();
    const definition = MetaServiceServiceService;
    const service = { definition, handlers: { listTenant }, long: new Set<string>() };
    server.addService(definition, grpcHandlers(service));
    const port = await new Promise<number>((resolve, reject) => {
      const bound = (error: Error | null, at: number): void => {
        if (error === null) resolve(at);
        else reject(error);
      };
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), bound);
    });
    client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  function list(): Promise<{ readonly sizes: readonly number[]; readonly end: string }> {
    const sizes: number[] = [];
    const stream: ClientReadableStream<ListTenantReply> = client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { tenantName: '' },
    );
    stream.on('data', ({ tenant }: ListTenantReply) => sizes.push(tenant.length));
    stream.on('error', () => undefined);
    return new Promise((resolve) =>
      stream.once('status', ({ code, details }: { code: status; details: string }) =>
        resolve({ sizes, end: `${status[code]} ${details}` }),
      ),
    );
  }

  afterEach(() => {
    client.close();
    server.forceShutdown();
  });

  it('are sent as they are taken', async () => {
    const sizes = Array.from({ length: 40 }, () => 100_000);
    await open((_call, answer) =>
      answer(null, sizes.map((size) => ({ tenant: Buffer.alloc(size) })).values()),
    );
    assert.deepEqual(await list(), { sizes, end: 'OK OK' });
  });

  it('fail as a whole, or after what was sent', async () => {
    const failure = { code: status.UNAVAILABLE, details: 'gone' };
    await open((_call, answer) => answer(failure));
    assert.deepEqual(await list(), { sizes: [], end: 'UNAVAILABLE gone' });
    client.close();
    server.forceShutdown();
    const messages = [{ tenant: Buffer.alloc(3) }].values();
    await open((_call, answer) =>
      answer(null, {
        next: () => {
          const next = messages.next();
          if (next.done === true) throw new CallFailed(failure);
          return next;
        },
      }),
    );
    assert.deepEqual(await list(), { sizes: [3], end: 'UNAVAILABLE gone' });
  });
});
