/** What the operator needs of certificates, as an interface: X.509 and a model of it implement it. */

/** One certificate. */
export interface Certificate {
  readonly pem: string;
  /** SHA-256, in hexadecimal digits. */
  readonly fingerprint: string;
  /** Unix time in ms. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly uris: readonly string[];
}

/** A certificate and its key, in PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Unix times in ms. */
export interface Validity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface LeafRequest extends Validity {
  readonly uri: string;
  /** Names of hosts. */
  readonly dns: readonly string[];
  /** Whether connections are taken with it, too. */
  readonly serves: boolean;
}

export interface Certificates {
  /** All certificates in a text, in their order; none when one of them cannot be read. */
  read(pem: string): readonly Certificate[];
  /** Whether the first certificate was made for this key. */
  isKeyOf(pair: KeyPair): boolean;
  /** Which authority signed the first of a chain, or one that signed it in turn. */
  signer(
    chain: readonly Certificate[],
    authorities: readonly Certificate[],
  ): Certificate | undefined;
  /** A new authority, known to nobody yet. */
  createAuthority(validity: Validity): Promise<KeyPair>;
  /** A certificate with a new key, signed by an authority. */
  issue(authority: KeyPair, request: LeafRequest): Promise<KeyPair>;
}
