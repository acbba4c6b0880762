import { hostname } from 'node:os';
import { showAddress } from '../config/kinds.ts';
import type { Address } from '../config/kinds.ts';

const WILDCARDS = new Set(['0.0.0.0', '::']);

/**
 * How others reach a listener: as the settings say, or where it listens.
 *
 * @param bound with the port that it was given.
 */
export function advertised(wanted: Address | undefined, bound: Address): string {
  if (wanted !== undefined) return showAddress(wanted);
  return showAddress({ ...bound, host: WILDCARDS.has(bound.host) ? hostname() : bound.host });
}
