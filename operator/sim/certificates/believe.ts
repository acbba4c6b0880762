import type { Certificates } from '../../tls/certificates.ts';
import type { Material } from '../members/fleet.ts';

/** Whether a connection between two comes about. */
export const believe = (
  certificates: Pick<Certificates, 'read' | 'signer'>,
  one: Material,
  other: Material,
  nowMs: number,
): boolean =>
  believes(certificates, one, other, nowMs) && believes(certificates, other, one, nowMs);

function believes(
  { read, signer }: Pick<Certificates, 'read' | 'signer'>,
  who: Material,
  whom: Material,
  nowMs: number,
): boolean {
  const chain = read(whom.certificate);
  const [own] = chain;
  return (
    own !== undefined &&
    nowMs >= own.notBeforeMs &&
    nowMs < own.notAfterMs &&
    signer(chain, read(who.authorities)) !== undefined
  );
}
