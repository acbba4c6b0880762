import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { status } from '@grpc/grpc-js';
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  MethodDefinition,
  sendUnaryData,
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
} from '@grpc/grpc-js';
import { Registry } from 'prom-client';
import { createGrpcMeter } from './grpc.ts';
import { measureService } from './measured-service.ts';

type Unary = handleUnaryCall<unknown, unknown>;
type ServerStream = handleServerStreamingCall<unknown, unknown>;

const method = (name: string, responseStream = false, requestStream = false) =>
  ({
    path: `/meta.Service/${name}`,
    requestStream,
    responseStream,
  }) as MethodDefinition<unknown, unknown>;

const definition: ServiceDefinition = {
  get: method('Get'),
  watch: method('Watch', true),
  talk: method('Talk', true, true),
};

function createBench(handlers: { get?: Unary; watch?: ServerStream; talk?: Unary }) {
  const registry = new Registry();
  let nowMs = 0;
  const service = measureService(definition, handlers, createGrpcMeter(registry), () => nowMs);
  const shown = async (name: string): Promise<string[]> =>
    (await registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`))
      .map((line) => line.slice(name.length));
  const get = service['get'] as Unary;
  const watch = service['watch'] as ServerStream;
  return { service, get, watch, shown, pass: (ms: number) => (nowMs += ms) };
}

const call = {} as unknown as ServerUnaryCall<unknown, unknown>;
const labels = '{service="meta.Service",method="Get"}';

describe('A measured service', () => {
  it('counts and times a unary call, and hands its answer on', async () => {
    let answer: sendUnaryData<unknown> = () => undefined;
    const { get, shown, pass } = createBench({ get: (_call, callback) => (answer = callback) });
    const heard: unknown[] = [];
    get(call, (error, value) => void heard.push(error, value));
    pass(5);
    answer(null, 'value');
    assert.deepEqual(heard, [null, 'value']);
    assert.deepEqual(await shown('grpc_requests_total'), [`${labels} 1`]);
    assert.deepEqual(await shown('grpc_request_duration_ms_sum'), [`${labels} 5`]);
    assert.deepEqual(await shown('grpc_errors_total'), []);
  });

  it('counts errors by the name of their status', async () => {
    const { get, shown } = createBench({
      get: (_call, callback) => callback({ code: status.UNAVAILABLE, details: 'later' }),
    });
    get(call, () => undefined);
    get(call, () => undefined);
    assert.deepEqual(await shown('grpc_errors_total'), [
      '{service="meta.Service",method="Get",status_code="UNAVAILABLE"} 2',
    ]);
  });

  it('counts a handler that throws as unknown, and lets it throw', async () => {
    const { get, shown } = createBench({
      get: () => {
        throw new Error('bug');
      },
    });
    assert.throws(() => get(call, () => undefined), /bug/);
    const [errors] = await shown('grpc_errors_total');
    assert.match(String(errors), /status_code="UNKNOWN"} 1/);
  });

  for (const [end, errors] of [
    [['finish'], []],
    [['error', { code: status.ABORTED }], ['ABORTED']],
    [['cancelled'], ['CANCELLED']],
  ] as const) {
    it(`counts a stream that ends with ${end[0]} once`, async () => {
      const { watch, shown, pass } = createBench({ watch: () => undefined });
      const stream = new EventEmitter();
      watch(stream as unknown as ServerWritableStream<unknown, unknown>);
      pass(9);
      stream.emit(...(end as readonly [string, unknown]));
      stream.emit('finish');
      const watched = '{service="meta.Service",method="Watch"';
      assert.deepEqual(await shown('grpc_requests_total'), [`${watched}} 1`]);
      assert.deepEqual(await shown('grpc_request_duration_ms_sum'), [`${watched}} 9`]);
      assert.deepEqual(
        await shown('grpc_errors_total'),
        errors.map((name) => `${watched},status_code="${name}"} 1`),
      );
    });
  }

  it('hands calls with a stream of requests on as they are', () => {
    const talk: Unary = () => undefined;
    assert.equal(createBench({ talk }).service['talk'], talk);
  });
});
