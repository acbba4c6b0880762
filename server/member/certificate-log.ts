import type { Log } from '../observe/log/log.ts';

/** Says that the certificates of a port were replaced, or why they cannot be. */
export const tellOfCertificates =
  (log: Log, purpose: 'client_tls' | 'peer') =>
  (error: Error | undefined): void => {
    if (error === undefined) log.write('certificates_reloaded', { purpose });
    else log.write('certificates_failed', { purpose, error });
  };
