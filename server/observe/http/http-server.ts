/** The HTTP port of a member: it only shows, and whoever looks costs it little. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { HttpMeter } from '../metrics/http.ts';
import { createRoutes } from './routes.ts';
import type { Answer, Route, RoutesSetup } from './routes.ts';

export interface HttpServerSetup extends RoutesSetup {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly meter: HttpMeter;
  readonly nowMs: () => number;
  /** Told of a route that failed: a bug, or a source that threw. */
  readonly failed: (path: string, error: Error) => void;
}

export interface HttpServer {
  /** Where it listens. */
  readonly port: number;
  /** Takes no more connections, answers what was asked, at most `drainMs`, then closes. */
  close(drainMs: number): Promise<void>;
}

const CONNECTIONS_MAX = 256;
const HEADER_BYTES_MAX = 8 << 10;
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;
/** How often Node looks for connections that take too long. */
const CHECK_MS = 1_000;

/** Nothing from elsewhere runs in or around the page, and nothing is sent elsewhere. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Opens the port; rejects when it cannot be opened. */
export async function startHttpServer(setup: HttpServerSetup): Promise<HttpServer> {
  const { host, port } = setup;
  const routes = createRoutes(setup);
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    (request, response) => void serve(setup, routes, server, request, response),
  );
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: (drainMs) => close(server, drainMs),
  };
}

async function serve(
  setup: HttpServerSetup,
  routes: ReadonlyMap<string, Route>,
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedMs = setup.nowMs();
  const { method = '' } = request;
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const route = routes.get(path);
  const answer = await answerTo(setup, { method, path, query, route, request });
  const { status, type, body } = answer;
  response.writeHead(status, {
    ...HEADERS,
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
    // What comes behind a body that nobody reads cannot be told from a request; and a server that
    // closes waits for every connection.
    ...(hasBody(request) || !server.listening ? { connection: 'close' } : {}),
  });
  response.end(method === 'HEAD' ? undefined : body);
  const known = method === 'GET' || method === 'HEAD' ? method : 'other';
  setup.meter(known, route === undefined ? 'other' : path, status, setup.nowMs() - startedMs);
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly route: Route | undefined;
  readonly request: IncomingMessage;
}

async function answerTo(setup: HttpServerSetup, asked: Asked): Promise<Answer> {
  const { method, path, query, route, request } = asked;
  if (route === undefined) return plain(404, 'There is nothing here. See /');
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'This port only shows: GET, HEAD.');
  if (hasBody(request)) return plain(413, 'A request has no body here.');
  try {
    return await route(new URLSearchParams(query));
  } catch (thrown) {
    setup.failed(path, thrown instanceof Error ? thrown : new Error(String(thrown)));
    return plain(500, 'This failed. The log of the member says why.');
  }
}

const plain = (status: number, text: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: text + '\n',
});

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;

function close(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
