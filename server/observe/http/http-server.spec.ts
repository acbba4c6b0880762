import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Check } from '../health.ts';
import type { Overview } from '../overview.ts';
import { startHttpServer } from './http-server.ts';
import type { HttpServer, HttpServerSetup } from './http-server.ts';

const live: Check = { name: 'event_loop', ok: true, why: 'late by 1 ms' };
const noLeader: Check = { name: 'leader', ok: false, why: 'no leader is known' };

const PAGE = join(import.meta.dirname, '..', 'page');

const overview = { atMs: 1 } as unknown as Overview;

describe('The HTTP port', () => {
  let server: HttpServer;
  let counted: unknown[][];
  let excluded: ReadonlySet<string> | undefined;

  afterEach(() => server.close(0));

  async function open(changes: Partial<HttpServerSetup> = {}): Promise<void> {
    counted = [];
    server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      page: PAGE,
      metrics: { contentType: 'text/plain; version=0.0.4', text: () => Promise.resolve('a 1\n') },
      probes: {
        live: () => [live],
        ready: (left) => {
          excluded = left;
          return Promise.resolve([live, noLeader]);
        },
      },
      overview: () => Promise.resolve(overview),
      meter: (...row) => void counted.push(row.slice(0, 3)),
      nowMs: () => 0,
      failed: () => undefined,
      ...changes,
    });
  }

  async function ask(path: string, init: RequestInit = {}) {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
    return { answer, status: answer.status, body: await answer.text() };
  }

  it('shows metrics', async () => {
    await open();
    const { answer, status, body } = await ask('/metrics');
    assert.deepEqual([status, body], [200, 'a 1\n']);
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4');
    assert.deepEqual(counted, [['GET', '/metrics', 200]]);
  });

  for (const [path, status, body] of [
    ['/livez', 200, 'ok\n'],
    ['/livez?verbose', 200, '[+]event_loop ok: late by 1 ms\nlivez check passed\n'],
    [
      '/readyz',
      503,
      '[+]event_loop ok: late by 1 ms\n[-]leader failed: no leader is known\nreadyz check failed\n',
    ],
    ['/readyz?exclude=leader', 200, 'ok\n'],
    [
      '/readyz?verbose&exclude=leader&exclude=moon',
      200,
      '[+]event_loop ok: late by 1 ms\n[+]leader excluded: ok\nwarn: no such checks to exclude: moon\nreadyz check passed\n',
    ],
  ] as const) {
    it(`answers ${path} with ${status}`, async () => {
      await open();
      const answered = await ask(path);
      assert.deepEqual([answered.status, answered.body], [status, body]);
    });
  }

  it('tells the probe what need not be looked at', async () => {
    await open();
    await ask('/readyz?exclude=read');
    assert.deepEqual(excluded, new Set(['read']));
  });

  it('shows the page and its files, and lets nothing else into it', async () => {
    await open();
    const { answer, body } = await ask('/');
    assert.match(body, /<title>RobustMQ Meta<\/title>/);
    assert.match(String(answer.headers.get('content-security-policy')), /default-src 'none'/);
    const linked = [...body.matchAll(/(?:href|src)="(page\/[^"]+)"/g)].map(([, path]) => path!);
    assert.deepEqual(linked, ['page/style.css', 'page/page.js']);
    for (const path of [...linked, 'page/view.js']) {
      assert.equal((await ask(`/${path}`)).status, 200);
    }
    assert.doesNotMatch(body, /(?:href|src)="(?:https?:)?\/\//, 'nothing comes from elsewhere');
  });

  it('shows the overview, asked for once however many look', async () => {
    const { promise, resolve } = Promise.withResolvers<Overview>();
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<undefined>();
    let asked = 0;
    let begun = 0;
    await open({
      overview: () => {
        asked += 1;
        return promise;
      },
      // The clock is read when a request begins.
      nowMs: () => {
        begun += 1;
        if (begun === 2) setImmediate(arrive, undefined);
        return 0;
      },
    });
    const looks = [ask('/status.json'), ask('/status.json')];
    await arrived;
    resolve(overview);
    for (const { status, body } of await Promise.all(looks)) {
      assert.deepEqual([status, body], [200, '{"atMs":1}\n']);
    }
    assert.equal(asked, 1);
  });

  it('does not wait for an overview that never comes', async () => {
    await open({ overview: () => Promise.withResolvers<Overview>().promise, overviewMs: 1 });
    assert.equal((await ask('/status.json')).status, 503);
  });

  it('tells of a source that fails, but not to whoever looks', async () => {
    const failed: string[] = [];
    await open({
      overview: () => Promise.reject(new Error('s3cret')),
      failed: (path, error) => void failed.push(`${path} ${error.message}`),
    });
    const { status, body } = await ask('/status.json');
    assert.equal(status, 500);
    assert.doesNotMatch(body, /s3cret/);
    assert.deepEqual(failed, ['/status.json s3cret']);
  });

  it('answers HEAD without a body', async () => {
    await open();
    const { answer, status, body } = await ask('/metrics', { method: 'HEAD' });
    assert.deepEqual([status, body, answer.headers.get('content-length')], [200, '', '4']);
  });

  for (const [what, path, init, status, allow] of [
    ['a path that is not there', '/../package.json', {}, 404, null],
    ['a path in other letters', '/METRICS', {}, 404, null],
    ['another method', '/metrics', { method: 'DELETE' }, 405, 'GET, HEAD'],
    ['a body', '/metrics', { method: 'POST', body: 'x' }, 405, 'GET, HEAD'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await open();
      const refused = await ask(path, init);
      assert.equal(refused.status, status);
      assert.equal(refused.answer.headers.get('allow'), allow);
      assert.equal(counted[0]?.[1], status === 404 ? 'other' : path, 'series stay bounded');
    });
  }

  /** What the server says to these bytes, up to the end of the connection. */
  async function raw(bytes: string): Promise<string> {
    const socket = connect(server.port, '127.0.0.1');
    const said: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => said.push(chunk));
    socket.write(bytes);
    await once(socket, 'close');
    return Buffer.concat(said).toString();
  }

  it('refuses a GET with a body, and hangs up', async () => {
    await open();
    const said = await raw('GET /livez HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc');
    assert.match(said, /^HTTP\/1\.1 413 /);
  });

  it('refuses headers that are too large', async () => {
    await open();
    const said = await raw(`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(9_000)}\r\n\r\n`);
    assert.match(said, /^HTTP\/1\.1 431 /);
  });

  it('answers what was asked before it closes, and takes nothing new', async () => {
    const { promise, resolve } = Promise.withResolvers<Overview>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    await open({
      overview: () => {
        begin(undefined);
        return promise;
      },
    });
    const look = ask('/status.json');
    await begun;
    const closed = server.close(60_000);
    await assert.rejects(ask('/livez'));
    resolve(overview);
    assert.equal((await look).status, 200);
    await closed;
  });

  it('cuts off what is still open when the time for closing is up', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    await open({
      overview: () => {
        begin(undefined);
        return Promise.withResolvers<Overview>().promise;
      },
    });
    const look = assert.rejects(ask('/status.json'));
    await begun;
    await server.close(1);
    await look;
  });

  it('says when its port is taken', async () => {
    await open();
    const taken = server.port;
    await assert.rejects(
      startHttpServer({
        host: '127.0.0.1',
        port: taken,
        page: PAGE,
        metrics: { contentType: '', text: () => Promise.resolve('') },
        probes: { live: () => [], ready: () => Promise.resolve([]) },
        overview: () => Promise.resolve(overview),
        meter: () => undefined,
        nowMs: () => 0,
        failed: () => undefined,
      }),
      { code: 'EADDRINUSE' },
    );
  });
});
