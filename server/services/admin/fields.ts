/** What fields of requests may hold. Each function returns the value, or throws INVALID_ARGUMENT that names the field and what is allowed. */
import { AdminError } from './admin-error.ts';

const DIRECTORY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ADDRESS = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:[\]/]+):(\d{1,5})$/;
const PORT_MAX = 65_535;
const CLUSTER = /^[A-Za-z0-9-]{1,64}$/;
const INCIDENT_CHARACTERS_MAX = 128;

/** The error for a field that does not hold what it must. */
export const invalid = (field: string, allowed: string, value: unknown): AdminError =>
  new AdminError('invalidArgument', `${field} must be ${allowed}, not ${JSON.stringify(value)}.`);

/** What a mutating call was decided on. */
export function configurationIndex(value: number): number {
  if (isCount(value)) return value;
  throw invalid('configuration_index', 'the configuration index from Status, above 0', value);
}

export function memberId(field: string, value: number): number {
  if (isCount(value)) return value;
  throw invalid(field, 'the id of a member, above 0', value);
}

export function directory(field: string, value: string): string {
  if (DIRECTORY.test(value)) return value;
  throw invalid(field, 'the UUID of a data directory, from Status of its process', value);
}

export function address(field: string, value: string): string {
  const port = Number(ADDRESS.exec(value)?.[1] ?? 0);
  if (port > 0 && port <= PORT_MAX) return value;
  throw invalid(field, 'host:port with a port from 1 to 65535', value);
}

export function priority(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(field, 'a whole number, 0 or above', value);
}

/** The term that a call was decided in, where it says one. */
export function termMaybe(value: number): number | undefined {
  if (value === 0) return undefined;
  if (isCount(value)) return value;
  throw invalid('term', 'the term from Status, above 0', value);
}

/** As `termMaybe`, where only the term tells a repetition from a call of its own. */
export function termNeeded(value: number): number {
  const term = termMaybe(value);
  if (term !== undefined) return term;
  throw invalid('term', 'the term from Status, above 0, where member_id is 0', value);
}

/** Names a cluster: kept in every message between its members. */
export function clusterId(field: string, value: string): string {
  if (CLUSTER.test(value)) return value;
  throw invalid(field, '1 to 64 letters, digits and "-"', value);
}

/** Names an incident: kept in the replicated state for ever. */
export function incident(value: string): string {
  if (value.length > 0 && value.length <= INCIDENT_CHARACTERS_MAX) return value;
  throw invalid('incident_id', `a name of 1 to ${INCIDENT_CHARACTERS_MAX} characters`, value);
}

/** A number within bounds, or `preset` for 0. */
export function bounded(
  field: string,
  value: number,
  { preset, min, max }: { readonly preset: number; readonly min: number; readonly max: number },
): number {
  if (value === 0) return preset;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw invalid(field, `from ${min} to ${max}, or 0 for ${preset}`, value);
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
