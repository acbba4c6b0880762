/** How long certificates live, and what they say of whoever has them. */

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export const LIFETIMES = {
  /** Clocks of members may be behind by so much. */
  backdatedMs: 10 * MINUTE_MS,
  /** What begins within this is waited for; what begins later was made by a clock that was ahead. */
  earlyMs: MINUTE_MS,
  leafMs: 90 * DAY_MS,
  leafRenewedMs: 60 * DAY_MS,
  /** What ends within this is renewed, whoever has not said that it is ready for it. */
  leafOverdueMs: 10 * DAY_MS,
  authorityMs: 3_650 * DAY_MS,
  authorityRotatedMs: 3_285 * DAY_MS,
} as const;

/** What a certificate lets its holder do on port 1230, as a URI among its names. */
export const ROLE_URIS = { peer: 'robustmq://peer', operator: 'robustmq://operator' } as const;

export type CertificateRole = keyof typeof ROLE_URIS;

/** Keys of a Secret: the certificate, its key, and who signs those of the others. */
export const SECRET_KEYS = {
  certificate: 'tls.crt',
  key: 'tls.key',
  authorities: 'ca.crt',
} as const;
