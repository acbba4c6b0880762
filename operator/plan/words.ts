/**
 * Numbers of the admin API by name. The generated code has them, but loads gRPC; the compiler holds
 * these to it.
 */
import type {
  Phase,
  ProgressState,
  Role,
  Standing,
} from '../../proto/gen/robustmq/admin/v1/admin.ts';

export const PHASE = {
  OPENING: 1 satisfies Phase.OPENING,
  WAITING: 2 satisfies Phase.WAITING,
  RUNNING: 3 satisfies Phase.RUNNING,
  REOPENING: 4 satisfies Phase.REOPENING,
  REFUSED: 5 satisfies Phase.REFUSED,
  BROKEN: 6 satisfies Phase.BROKEN,
} as const;

export const ROLE = {
  LEADER: 4 satisfies Role.LEADER,
  REMOVED: 5 satisfies Role.REMOVED,
} as const;

export const PROGRESS_STATE = {
  REPLICATE: 2 satisfies ProgressState.REPLICATE,
  SNAPSHOT: 3 satisfies ProgressState.SNAPSHOT,
} as const;

export const STANDING = {
  LEARNER: 1 satisfies Standing.LEARNER,
  VOTER: 2 satisfies Standing.VOTER,
} as const;
