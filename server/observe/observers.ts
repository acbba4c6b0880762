import type { NodeObserver } from '../node/node.ts';

/** One observer that tells several, in order. */
export function combineObservers(...observers: readonly NodeObserver[]): NodeObserver {
  return {
    stepped: (input, effects, raft) => {
      for (const observer of observers) observer.stepped?.(input, effects, raft);
    },
    applied: (entry, pushes) => {
      for (const observer of observers) observer.applied?.(entry, pushes);
    },
    rebuilt: (position) => {
      for (const observer of observers) observer.rebuilt?.(position);
    },
    scrubbed: (damage) => {
      for (const observer of observers) observer.scrubbed?.(damage);
    },
    restored: (position, cause, row) => {
      for (const observer of observers) observer.restored?.(position, cause, row);
    },
    notStaged: (from, error) => {
      for (const observer of observers) observer.notStaged?.(from, error);
    },
  };
}
