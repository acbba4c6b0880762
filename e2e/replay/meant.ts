/**
 * Where this server is meant to answer or to push otherwise than the original, one by one. A finding
 * that no row explains is a mistake.
 */
import { status } from '@grpc/grpc-js';
import { canonical } from '../broker/canonical.ts';
import type { Finding } from './findings.ts';

export interface Meant {
  readonly why: string;
  readonly explains: (finding: Finding) => boolean;
}

export const MEANT: readonly Meant[] = [
  {
    why: 'it was captured while the original had no leader yet',
    explains: ({ what, field, captured }) =>
      what === 'Set' && field === 'status' && canonical(captured).includes('None, None'),
  },
];

/** Why a finding is meant to be, if it is. */
export const meaningOf = (finding: Finding): string | undefined =>
  MEANT.find(({ explains }) => explains(finding))?.why;

/** A status as it is told in findings. */
export const statusText = (code: status, details: string): string => `${status[code]}: ${details}`;
