/** Certificates of a test. */
// Before what needs it.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import type { CertificateFiles } from '../credentials.ts';

x509.cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const VALID = { notBefore: new Date('2020-01-01'), notAfter: new Date('2100-01-01') };

/** An authority of a test. */
export interface TestAuthority {
  /** Signs a certificate with these alternative names, and writes it with its key and this authority. */
  issue(folder: string, names: x509.JsonGeneralNames): Promise<CertificateFiles>;
}

export async function createAuthority(name: string): Promise<TestAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${name}`,
    ...VALID,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    issue: async (folder, names) => {
      const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: '02',
        subject: 'CN=somebody',
        issuer: authority.subject,
        ...VALID,
        signingAlgorithm: ALGORITHM,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        extensions: [new x509.SubjectAlternativeNameExtension(names)],
      });
      const key = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
      const files = {
        certificate: join(folder, 'tls.crt'),
        key: join(folder, 'tls.key'),
        authority: join(folder, 'ca.crt'),
      };
      writeFileSync(files.certificate, certificate.toString('pem'));
      writeFileSync(files.key, x509.PemConverter.encode(key, 'PRIVATE KEY'));
      writeFileSync(files.authority, authority.toString('pem'));
      return files;
    },
  };
}

/** A folder for certificates, and how to remove it. */
export function createFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'robustmq-certificates-'));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

export const PEER = [{ type: 'url', value: 'robustmq://peer' }] as const;
export const OPERATOR = [{ type: 'url', value: 'robustmq://operator' }] as const;
