import type { StoredLog } from '../../ports/log-store.ts';
import type { MemberId } from '../../raft/ids.ts';
import type { Observation } from '../observation.ts';

/**
 * What each directory would show after power loss, and what it showed before its content was
 * replaced: a member may have been believed because of what it has lost since.
 */
export interface DurableLogs {
  /** To be told of every observation, before anything is asked for. */
  follow(observation: Observation): void;
  /** Whether the log of this directory, as it is on disk now, satisfies `predicate`. */
  now(directory: string, predicate: (log: StoredLog) => boolean): boolean;
  /** The same, or one that was there when the directory was replaced did. */
  ever(directory: string, predicate: (log: StoredLog) => boolean): boolean;
  /** The directory from which a member acts; undefined while it has not. */
  directoryOf(member: MemberId): string | undefined;
}

/** No disk has been seen yet; to be told of every observation. */
export function createDurableLogs(): DurableLogs {
  const logs = new Map<string, StoredLog>();
  const replaced = new Map<string, StoredLog[]>();
  const directories = new Map<MemberId, string>();
  const now: DurableLogs['now'] = (directory, predicate) => {
    const log = logs.get(directory);
    return log !== undefined && predicate(log);
  };
  return {
    follow(observation) {
      switch (observation.kind) {
        case 'durable': {
          const { directory, log } = observation;
          logs.set(directory, log);
          if (log.identity !== undefined) directories.set(log.identity.member, directory);
          return;
        }
        case 'replaced': {
          const { directory } = observation;
          const log = logs.get(directory);
          if (log !== undefined) {
            replaced.set(directory, [...(replaced.get(directory) ?? []), log]);
          }
          logs.delete(directory);
          return;
        }
        case 'started':
        case 'stopped':
        case 'stepped':
        case 'applied':
        case 'restored':
        case 'invoked':
        case 'returned':
        case 'changeInvoked':
        case 'changeReturned':
        case 'healed':
        case 'compared':
        case 'rebuilt':
        case 'rotted':
        case 'broker':
        case 'finished':
          return;
      }
    },
    now,
    ever: (directory, predicate) =>
      now(directory, predicate) || (replaced.get(directory)?.some(predicate) ?? false),
    directoryOf: (member) => directories.get(member),
  };
}
