/** Certificates of X.509, with ECDSA on P-256. */
// Before what needs it.
import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Certificate, Certificates, KeyPair, LeafRequest, Validity } from './certificates.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const BLOCKS = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const SERIAL_BYTES = 16;
const URI = 'URI:';

export function createX509Certificates(): Certificates {
  x509.cryptoProvider.set(webcrypto);
  return {
    read: (pem) => {
      try {
        return (pem.match(BLOCKS) ?? []).map(factsOf);
      } catch {
        return [];
      }
    },
    isKeyOf: ({ certificate, key }) => {
      try {
        return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
      } catch {
        return false;
      }
    },
    signer,
    createAuthority,
    issue,
  };
}

function factsOf(pem: string): Certificate {
  const certificate = new X509Certificate(pem);
  return {
    pem: `${pem}\n`,
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBeforeMs: certificate.validFromDate.getTime(),
    notAfterMs: certificate.validToDate.getTime(),
    uris: urisIn(certificate.subjectAltName ?? ''),
  };
}

/** Node quotes a name that holds a comma, so that it cannot pass for several; no role is such a name. */
const urisIn = (names: string): readonly string[] =>
  names
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .split(', ')
    .filter((name) => name.startsWith(URI))
    .map((name) => name.slice(URI.length));

function signer(
  chain: readonly Certificate[],
  authorities: readonly Certificate[],
): Certificate | undefined {
  for (const [at, link] of chain.entries()) {
    const found = authorities.find((authority) => isSignedBy(link, authority));
    if (found !== undefined) return found;
    const next = chain[at + 1];
    if (next === undefined || !isSignedBy(link, next)) return undefined;
  }
  return undefined;
}

function isSignedBy(one: Certificate, by: Certificate): boolean {
  const [certificate, issuer] = [new X509Certificate(one.pem), new X509Certificate(by.pem)];
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

/** Positive, and random: two authorities of one cluster must not be taken for each other. */
const newSerial = (): string => {
  const bytes = randomBytes(SERIAL_BYTES);
  return `01${bytes.toString('hex')}`;
};

const datesOf = ({ notBeforeMs, notAfterMs }: Validity) => ({
  notBefore: new Date(notBeforeMs),
  notAfter: new Date(notAfterMs),
});

async function createAuthority(validity: Validity): Promise<KeyPair> {
  const keys = await newKeys();
  const serialNumber = newSerial();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    // Under one name for all, a chain could be tried with the key of another authority.
    name: `CN=robustmq-meta authority ${serialNumber}`,
    ...datesOf(validity),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pairOf(certificate, keys);
}

async function issue(authority: KeyPair, request: LeafRequest): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await newKeys();
  const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: `CN=${request.uri.replace('robustmq://', 'robustmq-')}`,
    issuer: issuer.subjectName,
    ...datesOf(request),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await signingKeyOf(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(request.serves ? [serverAuth, clientAuth] : [clientAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'url', value: request.uri },
        ...request.dns.map((value) => ({ type: 'dns', value }) as const),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pairOf(certificate, keys);
}

/** In whatever form of PEM the key is. */
function signingKeyOf(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}

async function pairOf(
  certificate: x509.X509Certificate,
  { privateKey }: webcrypto.CryptoKeyPair,
): Promise<KeyPair> {
  const key = await webcrypto.subtle.exportKey('pkcs8', privateKey);
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: `${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n`,
  };
}
