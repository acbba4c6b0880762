import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ClientReadableStream, ServerWritableStream } from '@grpc/grpc-js';
import { Client, Server, ServerCredentials, credentials } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import { createHealth, watchOnly } from './health.ts';

interface Told {
  readonly status: string;
}

describe('health', () => {
  it('keeps nothing for who watches a name that it does not know', () => {
    const said: string[] = [];
    const watched: string[] = [];
    const watch = watchOnly(new Set(['', 'known']), ({ request }) => watched.push(request.service));
    const ask = (name: string): void => {
      const call = {
        request: { service: name },
        write: ({ status }: Told) => said.push(status),
      };
      watch(call as unknown as ServerWritableStream<{ service: string }, Told>);
    };
    for (let at = 0; at < 1_000; at += 1) ask(`random-${at}`);
    assert.deepEqual([...new Set(said)], ['SERVICE_UNKNOWN']);
    assert.deepEqual([said.length, watched], [1_000, []]);
    ask('known');
    ask('');
    assert.deepEqual(watched, ['known', '']);
  });

  describe('of a server', () => {
    let server: Server;
    let client: Client;
    const health = createHealth();

    before(async () => {
      server = new Server();
      health.addTo(server);
      const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
          if (error === null) resolve(bound);
          else reject(error);
        });
      });
      client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    });
    after(() => {
      client.close();
      server.forceShutdown();
    });

    const { path, requestSerialize, responseDeserialize } = service['Watch']!;
    const watch = (name: string): ClientReadableStream<Told> =>
      client
        .makeServerStreamRequest<{ service: string }, Told>(
          path,
          requestSerialize,
          (bytes) => responseDeserialize(bytes) as Told,
          { service: name },
        )
        .on('error', () => undefined);
    const next = async (call: ClientReadableStream<Told>): Promise<string> => {
      const [told] = (await once(call, 'data')) as [Told];
      return told.status;
    };

    it('is told to who watches a service, and again when it changes', async () => {
      const call = watch('robustmq.admin.v1.AdminService');
      assert.equal(await next(call), 'NOT_SERVING');
      health.set('SERVING');
      assert.equal(await next(call), 'SERVING');
      call.cancel();
    });

    it('is unknown of a service that there is none of, and the watch goes on', async () => {
      const call = watch('nobody');
      assert.equal(await next(call), 'SERVICE_UNKNOWN');
      let ended = false;
      call.once('status', () => (ended = true));
      assert.equal(await next(watch('')), 'SERVING');
      assert.equal(ended, false);
      call.cancel();
    });
  });
});
