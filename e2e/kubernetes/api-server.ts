/** An API server as programs of the cluster speak to it: JSON, and no more of a client than they need. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';

export interface ApiServer {
  /** Returns the body of the answer. Throws when it is not a good one, or there is none. */
  get(path: string): Promise<string>;
  create(path: string, object: object): Promise<unknown>;
  /** A merge patch (RFC 7386). */
  patch(path: string, object: object): Promise<unknown>;
  delete(path: string): Promise<unknown>;
  /** Resolves when something of a list has changed after a version, or when it is too long ago. */
  change(path: string, resourceVersion: string, end: AbortSignal): Promise<void>;
}

interface Kubeconfig {
  readonly clusters: readonly [
    {
      readonly cluster: {
        readonly server: string;
        readonly 'certificate-authority': string;
        readonly 'tls-server-name': string;
      };
    },
  ];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

const GOOD_MAX = 299;
/** A change is looked for again then, even if nothing was heard. */
const WATCH_S = 60;
/** An answer that takes longer does not come. */
const ANSWER_MS_MAX = 15_000;

/** By a kubeconfig as credentials.ts writes them. Nothing is asked yet. */
export function apiServer(kubeconfig: string): ApiServer {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const { cluster } = clusters[0];
  const send = (
    path: string,
    options: RequestOptions,
    body?: object,
    type = 'application/json',
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const asking = request(new URL(path, cluster.server), {
        ...options,
        servername: cluster['tls-server-name'],
        // Read each time: the API server writes it when it starts.
        ca: readFileSync(cluster['certificate-authority']),
        headers: { authorization: `Bearer ${users[0].user.token}`, 'content-type': type },
      });
      asking.on('error', reject).on('response', resolve);
      asking.end(body && JSON.stringify(body));
    });
  const ask = async (method: string, path: string, body?: object, type?: string) => {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await send(path, { method, signal }, body, type);
    const answer = await text(response);
    if ((response.statusCode ?? 0) > GOOD_MAX) throw new Error(`${method} ${path}: ${answer}`);
    return answer;
  };
  return {
    get: (path) => ask('GET', path),
    create: (path, object) => ask('POST', path, object),
    patch: (path, object) => ask('PATCH', path, object, 'application/merge-patch+json'),
    delete: (path) => ask('DELETE', path),
    change: async (path, resourceVersion, signal) => {
      const query = `watch=true&resourceVersion=${resourceVersion}&timeoutSeconds=${WATCH_S}`;
      const late = AbortSignal.timeout(WATCH_S * 1_000 + ANSWER_MS_MAX);
      const response = await send(`${path}?${query}`, { signal: AbortSignal.any([signal, late]) });
      // The first event, or the end.
      await Promise.race([once(response, 'data'), once(response, 'end')]);
      response.destroy();
    },
  };
}
