import { match, ok, strictEqual } from 'node:assert/strict';
import { startHttpServer } from './http-server.ts';
import { createMetrics } from './metrics.ts';

const NAMES = [
  'controller_runtime_reconcile_total{controller="robustmqcluster",result="error"} 1',
  'controller_runtime_reconcile_total{controller="robustmqcluster",result="success"} 0',
  'controller_runtime_reconcile_errors_total{controller="robustmqcluster"} 1',
  'controller_runtime_reconcile_time_seconds_count{controller="robustmqcluster"} 1',
  'workqueue_depth{name="robustmqcluster"} 3',
  'workqueue_adds_total{name="robustmqcluster"} 1',
  'workqueue_retries_total{name="robustmqcluster"} 0',
  'workqueue_queue_duration_seconds_count{name="robustmqcluster"} 2',
  'workqueue_work_duration_seconds_count{name="robustmqcluster"} 1',
  'controller_runtime_active_workers{controller="robustmqcluster"} 1',
  'controller_runtime_max_concurrent_reconciles{controller="robustmqcluster"} 4',
  'leader_election_master_status{name="lease"} 1',
  'rest_client_requests_total{code="200",method="GET",host="h"} 1',
];

describe('the port of metrics and health', () => {
  it('shows what was counted, and how the process is', async () => {
    const metrics = createMetrics('lease');
    let unready: string | undefined = 'not yet';
    const server = await startHttpServer(
      { host: '127.0.0.1', port: 0 },
      { metrics, unready: () => unready },
    );
    const get = async (path: string): Promise<readonly [number, string]> => {
      const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
      return [answer.status, await answer.text()];
    };
    try {
      strictEqual((await get('/healthz'))[0], 200);
      strictEqual((await get('/readyz')).join(' '), '503 not yet\n');
      unready = undefined;
      strictEqual((await get('/readyz?verbose'))[0], 200);
      strictEqual((await get('/'))[0], 404);
      metrics.rounds.begin()('error');
      metrics.queue.added();
      metrics.queue.workers(4);
      metrics.queue.taken(5);
      metrics.queue.taken(5)();
      metrics.queue.depth(3);
      metrics.leading(true);
      metrics.request({ method: 'GET', host: 'h', code: '200' });
      const [, text] = await get('/metrics');
      const lines = new Set(text.split('\n'));
      for (const name of NAMES) ok(lines.has(name), name);
      for (const name of ['unfinished_work', 'longest_running_processor']) {
        match(
          text,
          new RegExp(`workqueue_${name}_seconds{name="robustmqcluster"} 0[.][0-9]*[1-9]`),
        );
      }
    } finally {
      await server.close();
    }
  });
});
