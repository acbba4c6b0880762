import type { Overview } from '../overview.ts';
import type { Probes } from '../probes.ts';
import { healthText } from './health-text.ts';
import { readPage } from './page-files.ts';

/** What is sent. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

/** The answer to a request for a path; it never rejects because the cluster is in trouble. */
export type Route = (query: URLSearchParams) => Promise<Answer> | Answer;

export interface RoutesSetup {
  /** The folder of the status page. */
  readonly page: string;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly probes: Pick<Probes, 'live' | 'ready'>;
  readonly overview: () => Promise<Overview>;
  /** Gives an overview that hangs this long. */
  readonly overviewMs?: number;
}

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

const OVERVIEW_MS = 3_000;

/** Most names that one probe can leave out, and their length: what is sent back is bounded. */
const EXCLUDED_MAX = 20;
const NAME_LENGTH_MAX = 64;

/** Everything there is to see, by path. */
export function createRoutes(setup: RoutesSetup): ReadonlyMap<string, Route> {
  const { metrics, probes, overviewMs = OVERVIEW_MS } = setup;
  const overview = shared(setup.overview);
  const routes = new Map<string, Route>();

  for (const [path, { type, body }] of readPage(setup.page)) {
    routes.set(path, () => ({ status: 200, type, body }));
  }
  routes.set('/metrics', async () => ({
    status: 200,
    type: metrics.contentType,
    body: await metrics.text(),
  }));
  routes.set('/livez', (query) => {
    const wish = wishOf(query);
    return { type: TEXT, ...healthText('livez', probes.live(), wish) };
  });
  routes.set('/readyz', async (query) => {
    const wish = wishOf(query);
    return { type: TEXT, ...healthText('readyz', await probes.ready(wish.excluded), wish) };
  });
  routes.set('/status.json', async () => {
    const seen = await within(overviewMs, overview());
    return seen === undefined
      ? { status: 503, type: JSON_TYPE, body: '{"error":"the member does not answer"}\n' }
      : { status: 200, type: JSON_TYPE, body: JSON.stringify(seen) + '\n' };
  });
  return routes;
}

/** As Kubernetes asks: `?verbose`, `?exclude=name` any number of times. */
function wishOf(query: URLSearchParams): { verbose: boolean; excluded: ReadonlySet<string> } {
  const excluded = query
    .getAll('exclude')
    .slice(0, EXCLUDED_MAX)
    .map((name) => name.slice(0, NAME_LENGTH_MAX).replaceAll(/[^\w-]/g, '?'));
  return { verbose: query.has('verbose'), excluded: new Set(excluded) };
}

/** One question at a time, however many look: each one goes out to all members. */
function shared<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let running: Promise<Value> | undefined;
  return () => {
    running ??= ask().finally(() => (running = undefined));
    return running;
  };
}

async function within<Value>(boundMs: number, value: Promise<Value>): Promise<Value | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, boundMs, undefined);
  try {
    return await Promise.race([value, promise]);
  } finally {
    clearTimeout(timer);
  }
}
