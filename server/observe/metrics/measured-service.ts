import { status } from '@grpc/grpc-js';
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { GrpcMeter, MethodMeter } from './grpc.ts';

type Unary = handleUnaryCall<unknown, unknown>;
type ServerStream = handleServerStreamingCall<unknown, unknown>;

/**
 * The same service, with its calls counted and timed. Calls whose requests are a stream are handed
 * on as they are: they last as long as a connection, and say nothing by their duration.
 *
 * @param nowMs time that never goes back.
 */
export function measureService<Service extends UntypedServiceImplementation>(
  definition: ServiceDefinition<Service>,
  service: Service,
  meter: GrpcMeter,
  nowMs: () => number,
): Service {
  const measured: UntypedServiceImplementation = { ...service };
  for (const [name, method] of Object.entries(definition)) {
    const handler = service[name];
    if (handler === undefined || method.requestStream) continue;
    const [, serviceName = '', methodName = name] = method.path.split('/');
    const series = meter(serviceName, methodName);
    // The definition says which kind of handler stands under a name; the compiler cannot know.
    measured[name] = method.responseStream
      ? measureStream(handler as ServerStream, series, nowMs)
      : measureUnary(handler as Unary, series, nowMs);
  }
  return measured as Service;
}

/** Counts one call when it ends, however often it does. */
function begin({ requests, duration, errors }: MethodMeter, nowMs: () => number) {
  const startedMs = nowMs();
  let ended = false;
  requests.value += 1;
  return (code: status): void => {
    if (ended) return;
    ended = true;
    duration.observe(nowMs() - startedMs);
    if (code !== status.OK) errors(status[code]).value += 1;
  };
}

function measureUnary(handler: Unary, series: MethodMeter, nowMs: () => number): Unary {
  return (call, callback) => {
    const end = begin(series, nowMs);
    try {
      handler(call, (error, value, trailer, flags) => {
        end(error === null ? status.OK : codeOf(error));
        callback(error, value, trailer, flags);
      });
    } catch (error) {
      end(status.UNKNOWN);
      throw error;
    }
  };
}

function measureStream(
  handler: ServerStream,
  series: MethodMeter,
  nowMs: () => number,
): ServerStream {
  return (call) => {
    const end = begin(series, nowMs);
    call.once('error', (error: unknown) => end(codeOf(error)));
    call.once('cancelled', () => end(status.CANCELLED));
    call.once('finish', () => end(status.OK));
    try {
      handler(call);
    } catch (error) {
      end(status.UNKNOWN);
      throw error;
    }
  };
}

function codeOf(error: unknown): status {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return isStatus(code) ? code : status.UNKNOWN;
}

const isStatus = (code: unknown): code is status => typeof code === 'number' && code in status;
