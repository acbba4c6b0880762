import { BROKER_BUGS } from './catalogue/brokers.ts';
import { CLIENT_BUGS } from './catalogue/clients.ts';
import { DIVERGENCE_BUGS } from './catalogue/divergence.ts';
import { ELECTION_BUGS } from './catalogue/elections.ts';
import { MEMBERSHIP_BUGS } from './catalogue/membership.ts';
import { PUSH_BUGS } from './catalogue/pushes.ts';
import { QUORUM_BUGS } from './catalogue/quorums.ts';
import { REPLICATION_BUGS } from './catalogue/replication.ts';
import { SNAPSHOT_BUGS } from './catalogue/snapshots.ts';
import type { Mutant } from './mutant.ts';

/** Every bug that is put back in. */
export const MUTANTS: readonly Mutant[] = [
  ...ELECTION_BUGS,
  ...QUORUM_BUGS,
  ...REPLICATION_BUGS,
  ...MEMBERSHIP_BUGS,
  ...SNAPSHOT_BUGS,
  ...CLIENT_BUGS,
  ...DIVERGENCE_BUGS,
  ...BROKER_BUGS,
  ...PUSH_BUGS,
];
