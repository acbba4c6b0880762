import type { Registry } from 'prom-client';
import { distributionsOf, ROBUSTMQ_MS } from './distribution.ts';
import type { Distribution } from './distribution.ts';
import { countsOf } from './series.ts';
import type { Count } from './series.ts';

/** What is counted of one method. */
export interface MethodMeter {
  readonly requests: Count;
  /** Milliseconds, failed ones included. */
  readonly duration: Distribution;
  /** By upper-case name of the status. */
  readonly errors: (statusCode: string) => Count;
}

/** The series of one method; ask once and keep it. */
export type GrpcMeter = (service: string, method: string) => MethodMeter;

/** Shows calls under the names that RobustMQ gives them. */
export function createGrpcMeter(registry: Registry): GrpcMeter {
  const requests = countsOf(registry, 'grpc_requests_total', 'Calls that arrived.');
  const errors = countsOf(registry, 'grpc_errors_total', 'Calls that failed.');
  const duration = distributionsOf(
    registry,
    'grpc_request_duration_ms',
    'How long calls took.',
    ROBUSTMQ_MS,
  );
  return (service, method) => ({
    requests: requests({ service, method }),
    duration: duration({ service, method }),
    errors: (statusCode) => errors({ service, method, status_code: statusCode }),
  });
}
