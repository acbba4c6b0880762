import { noStatusInVain } from './no-status-in-vain.ts';
import { oneBootstrap } from './one-bootstrap.ts';
import { oneChangeAtATime } from './one-change-at-a-time.ts';
import { oneFreshAttempt } from './one-fresh-attempt.ts';
import { recoveryIsWanted } from './recovery-is-wanted.ts';
import { votersAreKept } from './voters-are-kept.ts';
import { votersHavePods } from './voters-have-pods.ts';
import { volumesOfMembersAreKept } from './volumes-of-members-are-kept.ts';
import { pausedIsLeftAlone } from './paused-is-left-alone.ts';
import { oneRotationAtATime } from './one-rotation-at-a-time.ts';
import type { Property } from './property.ts';

/** Judged before each change. What is judged at the end of a run is in `run/run.ts`. */
export const PROPERTIES: readonly Property[] = [
  oneBootstrap,
  votersAreKept,
  oneChangeAtATime,
  oneFreshAttempt,
  votersHavePods,
  volumesOfMembersAreKept,
  recoveryIsWanted,
  pausedIsLeftAlone,
  oneRotationAtATime,
  noStatusInVain,
];
