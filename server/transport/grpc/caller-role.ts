import type { PeerCertificate } from 'node:tls';

/**
 * What the certificate of a caller lets it do: `peer` Raft and Status, `operator` everything,
 * `none` nothing.
 */
export type CallerRole = 'peer' | 'operator' | 'none';

const OPERATOR_URI = 'URI:robustmq://operator';
const PEER_URI = 'URI:robustmq://peer';

/** The role that the alternative names of a verified certificate give; the greater of two. */
export function roleOfCertificate(certificate: PeerCertificate | undefined): CallerRole {
  const names = namesOf(certificate);
  if (names.includes(OPERATOR_URI)) return 'operator';
  return names.includes(PEER_URI) ? 'peer' : 'none';
}

/** Whether a verified certificate is a member's. It may be an operator's as well: one that joins by itself. */
export const isPeerCertificate = (certificate: PeerCertificate): boolean =>
  namesOf(certificate).includes(PEER_URI);

/** Node quotes a name that holds a comma, so that it cannot pass for several; nor may it here. */
const namesOf = (certificate: PeerCertificate | undefined): readonly string[] =>
  (certificate?.subjectaltname ?? '').replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').split(', ');
