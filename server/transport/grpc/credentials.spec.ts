import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { credentials as grpcCredentials } from '@grpc/grpc-js';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { toMemberId, toTerm } from '../../raft/ids.ts';
import type { CallerRole } from './caller-role.ts';
import { roleOfCertificate } from './caller-role.ts';
import { insecureCredentials, tlsCredentials } from './credentials.ts';
import type { CertificateFiles, CertificatesInUse, PeerCredentials } from './credentials.ts';
import { discover } from './discover.ts';
import { DEFAULT_TRANSPORT_OPTIONS } from './options.ts';
import { createEvents } from './testing/event.ts';
import { createAuthority, createFolder, OPERATOR, PEER } from './testing/authority.ts';
import type { TestAuthority } from './testing/authority.ts';
import { introduce, startPeer } from './testing/test-peer.ts';
import type { TestPeer } from './testing/test-peer.ts';

const digestOf = (file: string): string =>
  createHash('sha256')
    .update(Buffer.from(readFileSync(file, 'utf8').replaceAll(/-----[^-]+-----/g, ''), 'base64'))
    .digest('hex');

const identityOf = ({ certificate, authority }: CertificateFiles): CertificatesInUse => ({
  own: digestOf(certificate),
  authorities: [digestOf(authority)],
});

describe('mutual TLS between members', () => {
  let disposals: (() => unknown)[];
  let authority: TestAuthority;
  let changes: (Error | undefined)[];

  beforeEach(async () => {
    disposals = [];
    changes = [];
    authority = await createAuthority('ours');
  });
  afterEach(async () => {
    for (const dispose of disposals) await dispose();
  });

  const issue = (
    names: Parameters<TestAuthority['issue']>[1],
    by = authority,
  ): Promise<CertificateFiles> => {
    const { folder, remove } = createFolder();
    disposals.push(remove);
    return by.issue(folder, names);
  };
  const load = (files: CertificateFiles): PeerCredentials => {
    // Looked at when a test says so.
    const loaded = tlsCredentials(files, 3_600_000, (problem) => changes.push(problem));
    disposals.push(() => loaded.close());
    return loaded;
  };
  const startTwo = async (credentials: PeerCredentials): Promise<TestPeer> => {
    const two = await startPeer({ directory: 'two', member: 2, credentials });
    disposals.push(() => two.dispose());
    return two;
  };
  /** Who `two` says it is to a caller with these credentials. */
  const ask = async (two: TestPeer, channel: ChannelCredentials): Promise<string> => {
    const options = { ...DEFAULT_TRANSPORT_OPTIONS, greetingTimeoutMs: 1000 };
    const ports = {
      self: () => two.announcement(),
      incarnation: 0,
      displaced: () => assert.fail(),
      credentials: { channel: () => channel },
      options,
    };
    try {
      return (await discover(ports, two.announcement().peerAddress)).directory;
    } catch (error) {
      assert(error instanceof Error);
      return error.message;
    }
  };

  it('carries messages between members, whatever the host they are reached at', async () => {
    const reachable = createEvents<boolean>();
    const credentials = load(await issue([...PEER]));
    const two = await startTwo(credentials);
    const handler = { reachable: (_peer: number, is: boolean) => reachable.add(is) };
    const one = await startPeer({ directory: 'one', member: 1, credentials, handler });
    disposals.push(() => one.dispose());
    introduce(one, two);
    const header = { from: toMemberId(1), to: toMemberId(2), term: toTerm(1) };
    const route = { cluster: 'cluster', directory: 'two', source: 'one' };
    one.transport.transport.send({ ...route, message: { kind: 'timeoutNow', ...header } });
    assert.equal(await reachable.next(), true);
  });

  it('lets members and operators in, and nobody else', async () => {
    const two = await startTwo(load(await issue([...PEER])));
    assert.equal(await ask(two, load(await issue([...PEER])).channel()), 'two');
    assert.equal(await ask(two, load(await issue([...OPERATOR])).channel()), 'two');
    const other = load(await issue([{ type: 'url', value: 'robustmq://other' }]));
    assert.match(await ask(two, other.channel()), /PERMISSION_DENIED.*neither the URI/);
  });

  it('refuses callers without a certificate, with one of another authority, and without TLS', async () => {
    const files = await issue([...PEER]);
    const two = await startTwo(load(files));
    const roots = readFileSync(files.authority);
    const verify = { checkServerIdentity: () => undefined };
    const anonymous = grpcCredentials.createSsl(roots, null, null, verify);
    assert.match(await ask(two, anonymous), /UNAVAILABLE/);
    const foreign = await issue([...PEER], await createAuthority('theirs'));
    const stranger = grpcCredentials.createSsl(
      roots,
      readFileSync(foreign.key),
      readFileSync(foreign.certificate),
      verify,
    );
    assert.match(await ask(two, stranger), /UNAVAILABLE/);
    assert.match(await ask(two, insecureCredentials().channel()), /UNAVAILABLE|DEADLINE/);
  });

  it('does not speak to a server of another authority, nor to one that is no member', async () => {
    const ours = load(await issue([...PEER]));
    const foreign = await startTwo(load(await issue([...PEER], await createAuthority('theirs'))));
    assert.match(await ask(foreign, ours.channel()), /UNAVAILABLE/);
    const operator = await startTwo(load(await issue([...OPERATOR])));
    assert.match(await ask(operator, ours.channel()), /lacks the URI robustmq:\/\/peer/);
    const joining = await startTwo(load(await issue([...PEER, ...OPERATOR])));
    assert.equal(await ask(joining, ours.channel()), 'two', 'a member may be an operator as well');
  });

  it('takes new files for new connections, without a restart', async () => {
    const files = await issue([...PEER]);
    const credentials = load(files);
    const two = await startTwo(credentials);
    const before = credentials.channel();
    assert.equal(await ask(two, before), 'two');
    assert.deepEqual(credentials.inUse(), identityOf(files));

    const next = await createAuthority('next');
    const renewed = await issue([...PEER], next);
    for (const file of ['certificate', 'key', 'authority'] as const) {
      writeFileSync(files[file], readFileSync(renewed[file]));
    }
    credentials.reload();
    assert.deepEqual(changes, [undefined]);
    assert.deepEqual(credentials.inUse(), identityOf(renewed));
    assert.equal(await ask(two, credentials.channel()), 'two');
    assert.equal(await ask(two, load(await issue([...PEER], next)).channel()), 'two');
    assert.match(await ask(two, before), /UNAVAILABLE/);
  });

  it('keeps what it has while the files cannot be used, and says so once', async () => {
    const files = await issue([...PEER]);
    const credentials = load(files);
    const two = await startTwo(credentials);
    const other = await issue([...PEER]);
    const key = readFileSync(files.key);
    writeFileSync(files.key, readFileSync(other.key));
    credentials.reload();
    credentials.reload();
    assert.equal(changes.length, 1);
    assert.match(changes[0]?.message ?? '', /no certificate with key and authority/);
    assert.equal(await ask(two, credentials.channel()), 'two');
    writeFileSync(files.key, key);
    credentials.reload();
    assert.equal(changes.length, 1, 'nothing has changed');
    assert.throws(() => load({ ...files, key: '/nowhere' }), /the key at \/nowhere cannot be read/);
  });
});

describe('the role of a caller', () => {
  const table: readonly (readonly [string | undefined, CallerRole])[] = [
    [undefined, 'none'],
    ['DNS:robustmq://peer', 'none'],
    ['URI:robustmq://peer', 'peer'],
    ['DNS:a, URI:robustmq://peer', 'peer'],
    ['URI:robustmq://peer, URI:robustmq://operator', 'operator'],
    ['URI:robustmq://peer2', 'none'],
    // One name that holds what looks like another.
    ['DNS:"a, URI:robustmq://operator, b"', 'none'],
    [String.raw`DNS:"a\", URI:robustmq://operator, \"b"`, 'none'],
  ];
  for (const [subjectaltname, role] of table) {
    it(`with ${subjectaltname ?? 'no names'} is ${role}`, () => {
      assert.equal(roleOfCertificate({ subjectaltname } as never), role);
    });
  }
});
