import type { NodePhase, NodeStatus } from '../../node/node.ts';
import { StorageError } from '../../ports/outcome.ts';
import type { Log } from './log.ts';

/** Notices what a node is doing; it has no core to observe while it is opened, refused or broken. */
export interface PhaseLog {
  /** Looks, and logs what is new. Cheap enough for every tick of a second. */
  look(): void;
}

const ADVICE = {
  full: 'free space on the disk, or make it larger; it is tried again by itself',
  failed: 'look at the disk and its kernel messages; it is tried again by itself',
  locked: 'end the process that has the directory open, or give this one another directory',
  closed: 'it is tried again by itself',
  corrupt: 'remove this member and add an empty directory in its place',
  foreign: 'start this process on its own directory, with the version of the program that wrote it',
} as const;

/** Logs every change of phase, with the reason and what to do about it. */
export function createPhaseLog(
  log: Log,
  status: () => Pick<NodeStatus, 'phase' | 'error' | 'applied'>,
): PhaseLog {
  let last: NodePhase | undefined;
  let failed = false;

  return {
    look: () => {
      const { phase, error, applied } = status();
      if (phase === last) return;
      last = phase;
      log.write('phase_changed', { phase });
      tellError(log, phase, error);
      if (phase === 'reopening') failed = true;
      if (phase === 'running' && failed) {
        failed = false;
        log.write('storage_reopened', { index: applied });
      }
    },
  };
}

function tellError(log: Log, phase: NodePhase, error: Error | undefined): void {
  if (error === undefined) return;
  const storage =
    error instanceof StorageError ? { code: error.code, advice: ADVICE[error.code] } : {};
  switch (phase) {
    case 'reopening':
      log.write('storage_failed', { error, ...storage });
      return;
    case 'refused':
      log.write('storage_refused', { error, ...storage });
      return;
    case 'broken':
      log.write('invariant_broken', { error });
      return;
    case 'opening':
    case 'waiting':
    case 'running':
    case 'stopped':
      return;
  }
}
