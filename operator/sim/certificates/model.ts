/** A cheap stand-in for certificates: a line of JSON is one, and its number is its key. */
import type { Certificate, Certificates, KeyPair, Validity } from '../../tls/certificates.ts';

export interface CertificateModel extends Certificates {
  /** How much older than by the clock those are that were made before, in ms. */
  readonly aged: { leaves: number; authorities: number };
}

interface Line extends Validity {
  readonly id: string;
  readonly signedBy: string;
  readonly uris: readonly string[];
  /** Of its kind, when it was made. */
  readonly agedMs: number;
}

export function createCertificateModel(): CertificateModel {
  // Everybody is looked at all the time.
  const known = new Map<string, Line>();
  const lineOf = (pem: string): Line => {
    const line = known.get(pem) ?? (JSON.parse(pem) as Line);
    known.set(pem, line);
    return line;
  };
  const aged = { leaves: 0, authorities: 0 };
  let last = 0;
  const make = (
    kind: keyof typeof aged,
    signedBy: string | undefined,
    uris: readonly string[],
    { notBeforeMs, notAfterMs }: Validity,
  ): Promise<KeyPair> => {
    last += 1;
    const id = `${kind}-${last}`;
    const line = {
      id,
      signedBy: signedBy ?? id,
      uris,
      notBeforeMs,
      notAfterMs,
      agedMs: aged[kind],
    };
    return Promise.resolve({ certificate: `${JSON.stringify(line)}\n`, key: `key of ${id}` });
  };
  const factsOf = (line: Line, pem: string): Certificate => {
    const olderMs = aged[line.uris.length === 0 ? 'authorities' : 'leaves'] - line.agedMs;
    return {
      pem: `${pem}\n`,
      fingerprint: line.id,
      notBeforeMs: line.notBeforeMs - olderMs,
      notAfterMs: line.notAfterMs - olderMs,
      uris: line.uris,
    };
  };
  return {
    aged,
    read: (pem) => linesOf(pem).map((line) => factsOf(lineOf(line), line)),
    isKeyOf: ({ certificate, key }) => key === `key of ${lineOf(certificate).id}`,
    signer: ([first], authorities) =>
      first && authorities.find(({ fingerprint }) => fingerprint === lineOf(first.pem).signedBy),
    createAuthority: (validity) => make('authorities', undefined, [], validity),
    issue: (authority, { uri, ...validity }) =>
      make('leaves', lineOf(authority.certificate).id, [uri], validity),
  };
}

const linesOf = (pem: string): readonly string[] => pem.split('\n').filter((line) => line !== '');
