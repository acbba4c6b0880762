import { SECRET_KEYS } from '../../api/certificates.ts';
import { childNames } from '../../api/names.ts';
import { SECRETS } from '../../resources/kinds.ts';
import type { Certificate } from '../../tls/certificates.ts';
import { find } from '../kubernetes/api-server.ts';
import { PLACE } from '../world.ts';
import type { World } from '../world.ts';

const DAY_MS = 24 * 60 * 60_000;
/** So old they become, as it is promised: the operator may have it wrong. */
export const RENEWED_MS = { leaves: 60 * DAY_MS, authorities: 9 * 365 * DAY_MS } as const;
/** What is not young any more was to be renewed before. */
const LATE_MS = 60 * 60_000;

/** Whether one authority is believed by all, and signs what all use; and nothing is about to end. */
export function areCertificatesSettled({ server, certificates, fleet, nowMs }: World): boolean {
  const { tlsSecret, authoritySecret, operatorTlsSecret } = childNames(PLACE.name);
  const read = (name: string, key: string): readonly Certificate[] => {
    const text = find(server, SECRETS, name)?.data?.[key] ?? '';
    return certificates.read(Buffer.from(text, 'base64').toString());
  };
  const isYoung = (certificate: Certificate, renewedMs: number): boolean =>
    nowMs < certificate.notBeforeMs + renewedMs + LATE_MS;
  const [authority] = read(authoritySecret, SECRET_KEYS.certificate);
  if (authority === undefined || !isYoung(authority, RENEWED_MS.authorities)) return false;
  const isSettled = (
    chain: readonly Certificate[],
    authorities: readonly Certificate[],
  ): boolean => {
    const [own] = chain;
    return (
      own !== undefined &&
      isYoung(own, RENEWED_MS.leaves) &&
      authorities.length === 1 &&
      authorities[0]?.fingerprint === authority.fingerprint &&
      certificates.signer(chain, authorities) !== undefined
    );
  };
  const secrets = [tlsSecret, operatorTlsSecret].every((name) =>
    isSettled(read(name, SECRET_KEYS.certificate), read(name, SECRET_KEYS.authorities)),
  );
  return (
    secrets &&
    [...fleet.processes.values()].every(({ material }) =>
      isSettled(certificates.read(material.certificate), certificates.read(material.authorities)),
    )
  );
}
