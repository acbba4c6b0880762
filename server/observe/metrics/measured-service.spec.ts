import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { Registry } from 'prom-client';
import type { Answerer, IncomingCall, UnaryHandler } from '../../rpc/unary-handler.ts';
import { createGrpcMeter } from './grpc.ts';
import { measureService } from './measured-service.ts';

type Unary = UnaryHandler<unknown, unknown>;

const definition: ServiceDefinition = {
  get: { path: '/meta.Service/Get' } as MethodDefinition<unknown, unknown>,
  set: { path: '/meta.Service/Set' } as MethodDefinition<unknown, unknown>,
};

function createBench(get: Unary) {
  const registry = new Registry();
  let nowMs = 0;
  const service = measureService(definition, { get }, createGrpcMeter(registry), () => nowMs);
  const shown = async (name: string): Promise<string[]> =>
    (await registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`))
      .map((line) => line.slice(name.length));
  return { get: service.get, shown, pass: (ms: number) => (nowMs += ms) };
}

const call: IncomingCall<unknown> = {
  request: {},
  metadata: { get: () => [] },
  on: () => undefined,
};
const labels = '{service="meta.Service",method="Get"}';

describe('A measured service', () => {
  it('counts and times a unary call, and hands its answer on', async () => {
    let answer: Answerer<unknown> = () => undefined;
    const { get, shown, pass } = createBench((_call, given) => (answer = given));
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
    const { get, shown } = createBench((_call, answer) =>
      answer({ code: status.UNAVAILABLE, details: 'later' }),
    );
    get(call, () => undefined);
    get(call, () => undefined);
    assert.deepEqual(await shown('grpc_errors_total'), [
      '{service="meta.Service",method="Get",status_code="UNAVAILABLE"} 2',
    ]);
  });

  it('counts a handler that throws as unknown, and lets it throw', async () => {
    const { get, shown } = createBench(() => {
      throw new Error('bug');
    });
    assert.throws(() => get(call, () => undefined), /bug/);
    const [errors] = await shown('grpc_errors_total');
    assert.match(String(errors), /status_code="UNKNOWN"} 1/);
  });
});
