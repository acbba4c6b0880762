import type { SeenSecret, SeenTls } from '../observation.ts';
import { stall } from '../step.ts';
import type { Step } from '../step.ts';

/** Certificates that a person gives: they are used, or it is said why they cannot be. */
export function givenStep({ peer, operator }: SeenTls, nowMs: number): Step | undefined {
  const problem =
    problemOf(peer, nowMs) ??
    problemOf(operator, nowMs) ??
    disbelief(operator, peer) ??
    disbelief(peer, operator);
  return problem === undefined ? undefined : stall('CertificatesInvalid', problem);
}

function problemOf({ name, problem, certificate }: SeenSecret, nowMs: number): string | undefined {
  if (certificate === undefined) return `Secret ${name}: ${problem ?? 'it is missing'}`;
  if (nowMs >= certificate.notAfterMs) return `Secret ${name}: tls.crt has expired`;
  return nowMs < certificate.notBeforeMs ? `Secret ${name}: tls.crt is not valid yet` : undefined;
}

function disbelief({ name, certificate }: SeenSecret, other: SeenSecret): string | undefined {
  if (other.authorities.includes(certificate?.signedBy ?? '')) return undefined;
  return `Secret ${name}: tls.crt is signed by no authority in ca.crt of Secret ${other.name}`;
}
