import assert from 'node:assert/strict';
import { issuedSecret } from '../act/issue.ts';
import type { Issue } from '../act/issue.ts';
import { LIFETIMES } from '../api/certificates.ts';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import type { SeenTls } from '../plan/observation.ts';
import type { Secret } from '../resources/kubernetes.ts';
import { createX509Certificates } from '../tls/x509-certificates.ts';
import { seenTls } from './seen-tls.ts';
import { readTls } from './tls-secrets.ts';
import type { HeldTls } from './tls-secrets.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const certificates = createX509Certificates();
const cluster = sampleCluster();
const [CA, PEER, OPERATOR] = ['demo-meta-ca', 'demo-meta-tls', 'demo-meta-operator-tls'] as const;

const text = (value: string): string => Buffer.from(value).toString('base64');

describe('Secrets with certificates', () => {
  let secrets: Map<string, Secret>;

  const held = async (of = cluster): Promise<HeldTls> => {
    const get = (_kind: unknown, { name }: { readonly name: string }): Promise<never> =>
      Promise.resolve(secrets.get(name) as never);
    const tls = await readTls({ get }, of);
    assert(tls);
    return tls;
  };
  const look = async (of = cluster): Promise<SeenTls> => seenTls(certificates, of, await held(of));
  const issue = async (action: Issue): Promise<void> => {
    secrets.set(
      action.name,
      await issuedSecret(certificates, cluster, await held(), action, NOW_MS),
    );
  };
  const leaf = async (role: 'peer' | 'operator', authorities: readonly string[]): Promise<void> =>
    issue({
      kind: 'issue-certificate',
      ...{ role, name: role === 'peer' ? PEER : OPERATOR, certificate: 'new', authorities },
    });
  const newest = async (): Promise<string> =>
    (await look()).authority?.certificate?.fingerprint ?? '';
  const change = (name: string, data: Readonly<Record<string, string>>): void => {
    const secret = secrets.get(name);
    secrets.set(name, { ...secret, data: { ...secret?.data, ...data } });
  };

  beforeEach(async () => {
    secrets = new Map();
    await issue({ kind: 'issue-authority', name: CA });
    const authority = await newest();
    for (const role of ['peer', 'operator'] as const) await leaf(role, [authority]);
  });

  it('are seen with who signed them, and for how long', async () => {
    const { authority, peer, operator } = await look();
    for (const each of [peer, operator]) {
      assert.equal(each.problem, undefined);
      assert.equal(each.certificate?.signedBy, authority?.certificate?.fingerprint);
      assert.equal(each.certificate?.signerNotBeforeMs, authority?.certificate?.notBeforeMs);
      assert.deepEqual(each.authorities, [authority?.certificate?.fingerprint]);
      assert.equal(each.certificate?.notBeforeMs, NOW_MS - LIFETIMES.backdatedMs);
      assert.equal(each.certificate.notAfterMs - each.certificate.notBeforeMs, LIFETIMES.leafMs);
    }
  });

  it('keep a certificate while another authority comes to be believed', async () => {
    const before = await look();
    const old = await newest();
    await issue({ kind: 'issue-authority', name: CA });
    const authorities = [await newest(), old];
    assert.notEqual(authorities[0], old);
    const kept = {
      kind: 'issue-certificate',
      role: 'peer',
      name: PEER,
      certificate: 'kept',
    } as const;
    await issue({ ...kept, authorities });
    const { peer, operator } = await look();
    assert.deepEqual(peer, { ...before.peer, authorities });
    assert.deepEqual(operator, before.operator);
    await leaf('peer', authorities);
    assert.equal((await look()).peer.certificate?.signedBy, authorities[0]);
  });

  it('carry no key into what is observed', async () => {
    const seen = JSON.stringify(await look());
    const { authority, peer, operator } = await held();
    for (const each of [authority, peer, operator]) {
      const [, line = ''] = each?.key.split('\n') ?? [];
      assert.ok(line.length > 20 && !seen.includes(line));
    }
    assert.doesNotMatch(seen, /PRIVATE/);
  });

  for (const [what, broken, problem] of [
    ['no certificate', { 'tls.crt': text('hello') }, 'tls.crt is no certificate in PEM'],
    [
      'half of one',
      { 'tls.crt': text('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----') },
      'tls.crt is no certificate in PEM',
    ],
    ['no key', { 'tls.key': '' }, 'tls.key is not the key of tls.crt'],
    ['nobody to believe', { 'ca.crt': text('hello') }, 'ca.crt is no certificate in PEM'],
  ] as const) {
    it(`tell of ${what}`, async () => {
      change(PEER, broken);
      const { peer } = await look();
      assert.equal(peer.problem, problem);
      assert.equal(peer.certificate, undefined);
    });
  }

  it("tell of another one's key, and of the wrong role", async () => {
    change(PEER, { 'tls.key': secrets.get(OPERATOR)?.data?.['tls.key'] ?? '' });
    assert.equal((await look()).peer.problem, 'tls.key is not the key of tls.crt');
    const given = sampleCluster({
      tls: { mode: 'Secret', secretName: OPERATOR, operatorSecretName: OPERATOR },
    });
    assert.equal(
      (await look(given)).peer.problem,
      'tls.crt lacks the URI robustmq://peer among its alternative names',
    );
  });

  it('tell of members that would have the rights of the operator', async () => {
    const both: typeof certificates = {
      ...certificates,
      read: (pem) =>
        certificates.read(pem).map((each) => ({
          ...each,
          uris: each.uris.length === 0 ? [] : ['robustmq://peer', 'robustmq://operator'],
        })),
    };
    const { peer, operator } = seenTls(both, cluster, await held());
    assert.equal(
      peer.problem,
      "tls.crt has the URI robustmq://operator as well, which is the operator's alone",
    );
    assert.equal(operator.problem, undefined);
  });

  it('tell who signed only if that one is known', async () => {
    const other = new Map(secrets);
    secrets.clear();
    await issue({ kind: 'issue-authority', name: CA });
    secrets.set(PEER, other.get(PEER) ?? {});
    secrets.set(OPERATOR, other.get(OPERATOR) ?? {});
    change(PEER, { 'ca.crt': secrets.get(CA)?.data?.['ca.crt'] ?? '' });
    assert.equal((await look()).peer.certificate?.signedBy, undefined);
  });

  it('are taken for foreign when somebody else controls them', async () => {
    const ownerReferences = [
      { uid: 'another', controller: true, apiVersion: 'v1', kind: 'X', name: 'x' },
    ];
    secrets.set(CA, { ...secrets.get(CA), metadata: { name: CA, ownerReferences } });
    const { authority, peer } = await look();
    assert.deepEqual([authority?.ownership, peer.ownership], ['foreign', 'ours']);
  });
});
