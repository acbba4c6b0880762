import type { Actor, Observation } from '../observation.ts';

/**
 * What a property remembers of each running core. It ends with the core: a member that starts
 * anew, or that opens its stores again after they failed, begins from its disk.
 */
export interface PerCore<State> {
  /** To be told of every observation, before anything is asked for. */
  follow(observation: Observation): void;
  /** Of the core that runs in this process. */
  of(actor: Actor): State;
}

/** @param create makes the memory of a new core. */
export function createPerCore<State>(create: () => State): PerCore<State> {
  const states = new Map<string, { readonly incarnation: number; readonly state: State }>();
  return {
    follow(observation) {
      const { kind } = observation;
      if (kind === 'started' || (kind === 'restored' && observation.cause === 'opened')) {
        states.delete(observation.actor.directory);
      }
    },
    of({ directory, incarnation }) {
      const known = states.get(directory);
      if (known?.incarnation === incarnation) return known.state;
      const state = create();
      states.set(directory, { incarnation, state });
      return state;
    },
  };
}
