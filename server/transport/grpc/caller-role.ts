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
  // Node quotes a name that holds a comma, so that it cannot pass for several; nor may it here.
  const names = (certificate?.subjectaltname ?? '').replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const uris = names.split(', ');
  if (uris.includes(OPERATOR_URI)) return 'operator';
  return uris.includes(PEER_URI) ? 'peer' : 'none';
}
