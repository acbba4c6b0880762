/**
 * Requests of an API server. A kubeconfig, or the service account of the pod, says where it is and who
 * asks; objects pass as the JSON that they are: classes of the client would drop fields newer than it.
 */
import { Agent, request } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeError } from '../kube-error.ts';
import { failureOf } from './failure.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of the body; default: JSON. */
  readonly contentType?: string;
}

/** Every failure is a KubeError. */
export interface Connection {
  /** The answer; given up as `unknown` after the deadline. */
  call(asked: ApiRequest, deadlineMs: number): Promise<unknown>;
  /**
   * An answer that goes on: each line of it as it comes. The deadline is that of its begin; ended by
   * the signal.
   */
  follow(
    asked: ApiRequest,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<AsyncIterable<unknown>>;
  /** Ends what is idle. */
  close(): void;
}

/** What came of a request, for whoever counts. */
export interface Answered {
  readonly method: string;
  readonly host: string;
  /** Status of HTTP; `<error>` without an answer. */
  readonly code: string;
}

/** Idle connections are left before the server leaves them. */
const IDLE_MS = 30_000;
/** A server that is gone without a word is noticed by this. */
const KEEPALIVE_MS = 15_000;
const JSON_TYPE = 'application/json';

/** @param onAnswer hears of every request. */
export function createConnection(
  config: KubeConfig,
  onAnswer: (answered: Answered) => void = () => undefined,
): Connection {
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  const send = senderOf(config, agent, onAnswer);
  return {
    call: async (asked, deadlineMs) => {
      const what = `${asked.method} ${asked.path}`;
      let status: number;
      let body: string;
      try {
        const answer = await send(asked, AbortSignal.timeout(deadlineMs));
        status = answer.statusCode ?? 0;
        body = await textOf(answer);
      } catch (error) {
        throw unanswered(what, error);
      }
      if (status < 200 || status > 299) throw failureOf(what, status, body);
      return parsed(what, body);
    },
    follow: async (asked, deadlineMs, ended) => {
      const what = `${asked.method} ${asked.path}`;
      const begin = new AbortController();
      const timer = setTimeout(() => begin.abort(new Error('no answer in time')), deadlineMs);
      try {
        const answer = await send(asked, AbortSignal.any([begin.signal, ended]));
        const status = answer.statusCode ?? 0;
        if (status === 200) return linesOf(what, answer);
        throw failureOf(what, status, await textOf(answer));
      } catch (error) {
        throw error instanceof KubeError ? error : unanswered(what, error);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => agent.destroy(),
  };
}

/** Resolves with the head of the answer. */
type Send = (asked: ApiRequest, signal: AbortSignal) => Promise<IncomingMessage>;

function senderOf(config: KubeConfig, agent: Agent, onAnswer: (answered: Answered) => void): Send {
  const { server, proxyUrl } = config.getCurrentCluster() ?? {};
  if (server === undefined) throw new TypeError('the kubeconfig has no current context');
  const base = new URL(server);
  return async ({ method, path, query = {}, body, contentType = JSON_TYPE }, signal) => {
    const content = body === undefined ? undefined : JSON.stringify(body);
    // Asked each time: tokens and certificates of a pod are changed under it.
    const identity: RequestOptions = {};
    await config.applyToHTTPSOptions(identity);
    const headers: OutgoingHttpHeaders = {
      ...(identity.headers as OutgoingHttpHeaders | undefined),
      accept: JSON_TYPE,
    };
    if (content !== undefined) {
      headers['content-type'] = contentType;
      headers['content-length'] = Buffer.byteLength(content);
    }
    const through = proxyUrl === undefined ? { agent } : {};
    const url = new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base);
    url.search = new URLSearchParams(query).toString();
    return new Promise((resolve, reject) => {
      const sent = request(url, { ...identity, ...through, method, signal, headers }, (answer) => {
        onAnswer({ method, host: base.host, code: `${answer.statusCode ?? 0}` });
        resolve(answer);
      });
      sent.on('socket', (socket) => socket.setKeepAlive(true, KEEPALIVE_MS));
      sent.on('error', (error) => {
        onAnswer({ method, host: base.host, code: '<error>' });
        reject(error);
      });
      sent.end(content);
    });
  };
}

/** A connection that is cut is an error, and no end. */
async function* linesOf(what: string, answer: IncomingMessage): AsyncIterable<unknown> {
  let begun = '';
  try {
    answer.setEncoding('utf8');
    for await (const chunk of answer) {
      const lines = (begun + String(chunk)).split('\n');
      begun = lines.pop() ?? '';
      for (const line of lines) yield parsed(what, line);
    }
  } catch (error) {
    throw error instanceof KubeError ? error : unanswered(what, error);
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function parsed(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new KubeError('unknown', `${what}: an answer that is no JSON`, error);
  }
}

function unanswered(what: string, error: unknown): KubeError {
  const why = error instanceof Error ? error.message : String(error);
  return new KubeError('unknown', `${what}: ${why}`, error);
}
