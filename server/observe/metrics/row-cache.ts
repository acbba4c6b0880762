import type { Registry } from 'prom-client';
import { gaugeOf, show } from './series.ts';
import type { RowCacheStats } from './sources.ts';

/** Shows whether rows are found in memory, and what they take there. */
export function showRowCache(registry: Registry, stats: () => RowCacheStats): void {
  show(registry, {
    name: 'robustmq_meta_row_cache_requests_total',
    help: 'Rows that were looked for in memory, by whether they were there.',
    type: 'counter',
    samples: () => [
      { labels: { result: 'hit' }, value: stats().hits },
      { labels: { result: 'miss' }, value: stats().misses },
    ],
  });
  gaugeOf(
    registry,
    'robustmq_meta_row_cache_bytes',
    'What rows take that are kept in memory.',
    () => stats().bytes,
  );
  gaugeOf(
    registry,
    'robustmq_meta_row_cache_limit_bytes',
    'What they may take.',
    () => stats().bytesMax,
  );
}
