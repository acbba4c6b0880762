/** The HTTP port of the operator: /healthz, /readyz, /metrics. It only shows. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Shown {
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  /** Why it is of no use yet; undefined: it is. */
  readonly unready: () => string | undefined;
}

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

const REQUEST_MS = 5_000;
const CONNECTIONS_MAX = 64;

/** @param port 0: any free one. Rejects when it cannot listen there. */
export async function startHttpServer(
  { host, port }: { readonly host: string; readonly port: number },
  shown: Shown,
): Promise<HttpServer> {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => {
      void answerTo(shown, request.method ?? '', request.url ?? '').then(
        ({ status, type = 'text/plain; charset=utf-8', body }) => {
          response.writeHead(status, { 'content-type': type }).end(body);
        },
      );
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answerTo({ metrics, unready }: Shown, method: string, url: string): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'GET, HEAD\n' };
  switch (url.replace(/[?].*/, '')) {
    case '/healthz':
      // Whoever gets this answer knows that the process goes on.
      return health(undefined);
    case '/readyz':
      return health(unready());
    case '/metrics':
      return { status: 200, type: metrics.contentType, body: await metrics.text() };
    default:
      return { status: 404, body: 'There is nothing here. See /healthz, /readyz, /metrics\n' };
  }
}

const health = (problem: string | undefined): Answer =>
  problem === undefined ? { status: 200, body: 'ok\n' } : { status: 503, body: `${problem}\n` };
