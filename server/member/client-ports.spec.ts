/** Real clients on both ports of a member. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ChannelCredentials, credentials, status } from '@grpc/grpc-js';
import {
  MetaServiceServiceClient,
  MetaServiceServiceService,
} from '../../proto/gen/meta/common.ts';
import { showAddress } from '../config/kinds.ts';
import type { Address } from '../config/kinds.ts';
import { loadConfig } from '../config/load.ts';
import { NO_LOG } from '../observe/log/testing/no-log.ts';
import type { KvService } from '../services/kv-service.ts';
import { createAuthority, createFolder } from '../transport/grpc/testing/authority.ts';
import type { TestAuthority } from '../transport/grpc/testing/authority.ts';
import type { CertificateFiles } from '../transport/grpc/credentials.ts';
import { openClientPorts } from './client-ports.ts';
import type { ClientPorts } from './client-ports.ts';
import { createHealth } from './health.ts';

const LOOPBACK = [{ type: 'dns', value: 'localhost' }] as const;

const handlers: Pick<KvService, 'get'> = {
  get: (_call, answer) => answer(null, { value: 'there' }),
};

describe('The ports for clients', () => {
  const disposals: (() => void)[] = [];
  let authority: TestAuthority;
  let files: CertificateFiles;

  before(async () => {
    authority = await createAuthority('ours');
  });
  beforeEach(async () => {
    files = await issue();
  });
  afterEach(() => {
    for (const dispose of disposals.splice(0).reverse()) dispose();
  });

  async function issue(by = authority): Promise<CertificateFiles> {
    const { folder, remove } = createFolder();
    disposals.push(remove);
    return by.issue(folder, [...LOOPBACK]);
  }

  async function open(flags: Readonly<Record<string, string>> = {}): Promise<ClientPorts> {
    const config = loadConfig({
      environment: {},
      flags: {
        'listen.client': '127.0.0.1:0',
        'listen.client_tls': '127.0.0.1:0',
        'tls.client.certificate': files.certificate,
        'tls.client.key': files.key,
        ...flags,
      },
    });
    const service = { definition: MetaServiceServiceService, handlers, long: new Set<string>() };
    const ports = await openClientPorts(config, NO_LOG, [service], createHealth());
    disposals.push(() => {
      ports.stopAccepting();
      ports.destroy();
    });
    return ports;
  }

  /** The value that a client gets, or the status of its failure. */
  async function get(address: Address | undefined, as: ChannelCredentials): Promise<string> {
    assert(address !== undefined);
    const client = new MetaServiceServiceClient(`localhost:${address.port}`, as);
    try {
      return await new Promise((resolve) => {
        client.get({ key: 'k' }, (error, reply) =>
          resolve(error === null ? reply.value : status[error.code]),
        );
      });
    } finally {
      client.close();
    }
  }

  const trusting = ({ authority: ca }: CertificateFiles, own?: CertificateFiles) =>
    own === undefined
      ? credentials.createSsl(readFileSync(ca))
      : credentials.createSsl(
          readFileSync(ca),
          readFileSync(own.key),
          readFileSync(own.certificate),
        );
  const plain = ChannelCredentials.createInsecure();

  it('serve the same with TLS and without', async () => {
    const { address, tlsAddress } = await open();
    assert.equal(await get(address, plain), 'there');
    assert.equal(await get(tlsAddress, trusting(files)), 'there');
    assert.equal(await get(tlsAddress, plain), 'UNAVAILABLE');
  });

  it('take only clients that the authority knows, when there is one', async () => {
    const { tlsAddress } = await open({ 'tls.client.authority': files.authority });
    const stranger = await issue(await createAuthority('another'));
    assert.equal(await get(tlsAddress, trusting(files)), 'UNAVAILABLE');
    assert.equal(await get(tlsAddress, trusting(files, stranger)), 'UNAVAILABLE');
    assert.equal(await get(tlsAddress, trusting(files, await issue())), 'there');
  });

  it('share one number of connections', async () => {
    const ports = await open({ 'limits.connections': '1' });
    const client = new MetaServiceServiceClient(showAddress(ports.address), plain);
    disposals.push(() => client.close());
    await new Promise<void>((resolve, reject) => {
      client.waitForReady(Date.now() + 5_000, (error) => (error ? reject(error) : resolve()));
    });
    assert.equal(await get(ports.tlsAddress, trusting(files)), 'UNAVAILABLE');
    assert.partialDeepStrictEqual(ports.stats(), { connections: 1, refused: 1 });
  });

  it('are one where no address with TLS is set', async () => {
    const config = loadConfig({ environment: {}, flags: { 'listen.client': '127.0.0.1:0' } });
    const ports = await openClientPorts(config, NO_LOG, [], createHealth());
    assert.equal(ports.tlsAddress, undefined);
    ports.stopAccepting();
    ports.destroy();
  });
});
