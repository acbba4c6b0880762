import { CLIENTS } from './catalogue/clients.ts';
import { DIVERGENCE } from './catalogue/divergence.ts';
import { ELECTIONS } from './catalogue/elections.ts';
import { MEMBERSHIP_BUGS } from './catalogue/membership.ts';
import { REPLICATION_BUGS } from './catalogue/replication.ts';
import { SNAPSHOTS } from './catalogue/snapshots.ts';
import type { Mutant } from './mutant.ts';

/** Every bug that is put back in. */
export const MUTANTS: readonly Mutant[] = [
  ...ELECTIONS,
  ...REPLICATION_BUGS,
  ...MEMBERSHIP_BUGS,
  ...SNAPSHOTS,
  ...CLIENTS,
  ...DIVERGENCE,
];
