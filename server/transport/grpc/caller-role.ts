import { randomUUID } from 'node:crypto';
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

/** Metadata of a call, as far as it tells who makes it. */
export interface StampedCall {
  readonly metadata: { get(key: string): readonly unknown[] };
}

const STAMP = 'robustmq-caller-role';
/** Known to this process alone, so that nobody can give a role to himself. */
const SEAL = randomUUID();

/**
 * What is written on each call of a connection whose caller has this role: on their way to whoever
 * serves them, calls lose sight of the connection that they came on.
 */
export const stampOf = (role: CallerRole): { readonly name: string; readonly value: string } => ({
  name: STAMP,
  value: `${SEAL} ${role}`,
});

/** The role of whoever makes this call. */
export function roleOf({ metadata }: StampedCall): CallerRole {
  const values = metadata.get(STAMP);
  const has = (role: CallerRole): boolean => values.includes(stampOf(role).value);
  return has('operator') ? 'operator' : has('peer') ? 'peer' : 'none';
}
