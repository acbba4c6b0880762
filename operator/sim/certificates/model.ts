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

interface Named extends Line {
  readonly pem: string;
}

export function createCertificateModel(): CertificateModel {
  // Everybody is looked at all the time.
  const known = new Map<string, readonly Named[]>();
  const linesOf = (text: string): readonly Named[] => {
    const lines = known.get(text) ?? parsed(text);
    known.set(text, lines);
    return lines;
  };
  const lineOf = (text: string): Line => {
    const [line] = linesOf(text);
    if (line === undefined) throw new TypeError('a certificate is a line');
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
  const factsOf = (line: Named): Certificate => {
    const olderMs = aged[line.uris.length === 0 ? 'authorities' : 'leaves'] - line.agedMs;
    return {
      pem: line.pem,
      fingerprint: line.id,
      notBeforeMs: line.notBeforeMs - olderMs,
      notAfterMs: line.notAfterMs - olderMs,
      uris: line.uris,
    };
  };
  return {
    aged,
    read: (text) => linesOf(text).map(factsOf),
    isKeyOf: ({ certificate, key }) => key === `key of ${lineOf(certificate).id}`,
    signer: ([first], authorities) =>
      first && authorities.find(({ fingerprint }) => fingerprint === lineOf(first.pem).signedBy),
    createAuthority: (validity) => make('authorities', undefined, [], validity),
    issue: (authority, { uri, ...validity }) =>
      make('leaves', lineOf(authority.certificate).id, [uri], validity),
  };
}

const parsed = (text: string): readonly Named[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ ...(JSON.parse(line) as Line), pem: `${line}\n` }));
