// Before what needs it.
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { issuedSecret } from '../act/issue.ts';
import type { Issue } from '../act/issue.ts';
import { LIFETIMES, ROLE_URIS } from '../api/certificates.ts';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import type { SeenTls } from '../plan/observation.ts';
import type { Secret } from '../resources/kubernetes.ts';
import { certificateStep } from '../plan/tls/certificate-step.ts';
import type { KeyPair } from '../tls/certificates.ts';
import { createX509Certificates } from '../tls/x509-certificates.ts';
import { seenTls } from './seen-tls.ts';
import { readTls } from './tls-secrets.ts';
import type { HeldTls } from './tls-secrets.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const certificates = createX509Certificates();
const cluster = sampleCluster();
const [CA, PEER, OPERATOR] = ['demo-meta-ca', 'demo-meta-tls', 'demo-meta-operator-tls'] as const;

const text = (value: string): string => Buffer.from(value).toString('base64');

const VALIDITY = { notBeforeMs: NOW_MS - 1_000, notAfterMs: NOW_MS + 1_000_000 } as const;

/** An authority, and the same one renewed on its key. */
async function renewedAuthority(): Promise<readonly [before: KeyPair, renewed: KeyPair]> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const make = async (serialNumber: string): Promise<KeyPair> => {
    const made = await x509.X509CertificateGenerator.createSelfSigned({
      ...{ serialNumber, name: 'CN=a', signingAlgorithm: algorithm, keys },
      notBefore: new Date(VALIDITY.notBeforeMs),
      notAfter: new Date(VALIDITY.notAfterMs),
      extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
    });
    return { certificate: made.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
  };
  return [await make('01'), await make('02')];
}

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
    const authorities = secrets.get(CA)?.data?.['ca.crt'] ?? '';
    for (const name of [PEER, OPERATOR]) change(name, { 'ca.crt': authorities });
    assert.equal((await look()).peer.certificate?.signedBy, undefined);
  });

  it('are believed whichever certificate of one authority the other Secret has', async () => {
    const [before, renewed] = await renewedAuthority();
    const pair = async (by: KeyPair, uri: string): Promise<Secret> => {
      const made = await certificates.issue(by, { uri, dns: [], serves: true, ...VALIDITY });
      const data = { 'tls.crt': made.certificate, 'tls.key': made.key, 'ca.crt': by.certificate };
      return {
        data: Object.fromEntries(Object.entries(data).map(([key, pem]) => [key, text(pem)])),
      };
    };
    secrets.set('mine', await pair(renewed, ROLE_URIS.peer));
    secrets.set('ours', await pair(before, ROLE_URIS.operator));
    const given = sampleCluster({
      tls: { mode: 'Secret', secretName: 'mine', operatorSecretName: 'ours' },
    });
    const tls = await look(given);
    assert.notDeepEqual(tls.peer.authorities, tls.operator.authorities);
    assert.equal(certificateStep({ tls, now: { ms: NOW_MS, text: '' }, pods: [] }), undefined);
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
