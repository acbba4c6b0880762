import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tlsCredentials } from '../transport/grpc/credentials.ts';
import { createPlaces, listen } from './grpc-listener.ts';
import { unusable, using } from './unusable.ts';

const places = createPlaces({ connectionsMax: 1 });
const listenAt = (host: string, port: number) =>
  listen(() => undefined, { host, port }, places).catch(unusable('listen.peer'));

describe('a setting whose value cannot be used', () => {
  it('is named, with what to do, when somebody listens there', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await assert.rejects(listenAt('127.0.0.1', port), {
      message: `listen.peer: listen EADDRINUSE: address already in use 127.0.0.1:${port}. Another process listens there: end it, or choose another port.`,
    });
    other.close();
  });

  it('is named when the machine has no such address', async () => {
    await assert.rejects(listenAt('192.0.2.1', 1230), {
      message: /^listen\.peer: .*192\.0\.2\.1.*\. This machine has no such address: choose one/,
    });
  });

  it('is named when there is no such file', () => {
    const files = { certificate: '/nowhere/a.pem', key: '/nowhere/b.pem', authority: undefined };
    assert.throws(() => using('tls.client', () => tlsCredentials(files, 1_000, () => undefined)), {
      message:
        /^tls\.client: the certificate at \/nowhere\/a\.pem cannot be read: ENOENT.*\. There is no such file: write it first/,
    });
  });

  it('is named with what happened when nobody knows what to do', () => {
    assert.throws(() => unusable('listen.http')(new Error('no')), { message: 'listen.http: no' });
  });
});
