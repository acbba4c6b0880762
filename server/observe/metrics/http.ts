import type { Registry } from 'prom-client';
import { distributionsOf, ROBUSTMQ_MS } from './distribution.ts';
import { countsOf } from './series.ts';

/** Told of each answer; `uri` is one of a closed set, or series would grow without bound. */
export type HttpMeter = (method: string, uri: string, status: number, durationMs: number) => void;

/** Shows requests for pages under the names that RobustMQ gives them. */
export function createHttpMeter(registry: Registry): HttpMeter {
  const requests = countsOf(registry, 'http_requests_total', 'Requests for pages.');
  const errors = countsOf(registry, 'http_errors_total', 'Requests that were not answered well.');
  const duration = distributionsOf(
    registry,
    'http_request_duration_ms',
    'How long requests for pages took.',
    ROBUSTMQ_MS,
  );
  return (method, uri, status, durationMs) => {
    requests({ method, uri }).value += 1;
    duration({ method, uri }).observe(durationMs);
    if (status >= 400) errors({ method, uri, status_code: status }).value += 1;
  };
}
