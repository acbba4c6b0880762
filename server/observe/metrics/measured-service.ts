import { status } from '@grpc/grpc-js';
import type { ServiceDefinition } from '@grpc/grpc-js';
import type { UnaryHandler } from '../../rpc/unary-handler.ts';
import type { GrpcMeter, MethodMeter } from './grpc.ts';

type Handlers = Readonly<Record<string, UnaryHandler<never, never>>>;

/**
 * The same service, with its calls counted and timed.
 *
 * @param nowMs time that never goes back.
 */
export function measureService<Service extends object>(
  definition: ServiceDefinition,
  service: Service,
  meter: GrpcMeter,
  nowMs: () => number,
): Service {
  const handlers = service as Handlers;
  const measured: Record<string, UnaryHandler<never, never>> = { ...handlers };
  for (const [name, { path }] of Object.entries(definition)) {
    const handler = handlers[name];
    if (handler === undefined) continue;
    const [, serviceName = '', methodName = name] = path.split('/');
    measured[name] = measureUnary(handler, meter(serviceName, methodName), nowMs);
  }
  return measured as Service;
}

function measureUnary<Request, Reply>(
  handler: UnaryHandler<Request, Reply>,
  { requests, duration, errors }: MethodMeter,
  nowMs: () => number,
): UnaryHandler<Request, Reply> {
  return (call, answer) => {
    const startedMs = nowMs();
    requests.value += 1;
    const end = (code: status): void => {
      duration.observe(nowMs() - startedMs);
      if (code !== status.OK) errors(status[code]).value += 1;
    };
    try {
      handler(call, (failure, reply) => {
        end(failure === null ? status.OK : failure.code);
        answer(failure, reply);
      });
    } catch (error) {
      end(status.UNKNOWN);
      throw error;
    }
  };
}
