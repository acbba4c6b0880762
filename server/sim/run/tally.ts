import { isJoint } from '../../raft/membership/configuration.ts';
import { decodeConfiguration } from '../../raft/membership/configuration-codec.ts';
import { ORIGIN } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Entry } from '../../raft/entry.ts';
import type { Observation } from '../observation.ts';

/** How often the cluster of a run went through what tests it most. */
export interface Counted {
  readonly leaderChanges: number;
  /** Changes by way of a joint configuration that were left, and committed so. */
  readonly jointChanges: number;
  readonly snapshotInstalls: number;
}

/** Counts what is observed in one run. */
export interface Tally {
  readonly watch: (observation: Observation) => void;
  readonly counted: () => Counted;
}

/** Nothing counted yet; to be told of every observation of one run. */
export function createTally(): Tally {
  let leaderChanges = 0;
  let jointChanges = 0;
  let snapshotInstalls = 0;
  /** The configuration committed last, whoever knew first. */
  let committed: { readonly index: Index; readonly joint: boolean } = {
    index: ORIGIN.index,
    joint: false,
  };

  function commit({ index, kind, data }: Entry): void {
    if (kind !== 'configuration' || index <= committed.index) return;
    const joint = isJoint(decodeConfiguration(data));
    if (committed.joint && !joint) jointChanges += 1;
    committed = { index, joint };
  }

  return {
    watch: (observation) => {
      if (observation.kind === 'restored') {
        if (observation.cause === 'installed') snapshotInstalls += 1;
      } else if (observation.kind === 'stepped') {
        for (const effect of observation.effects) {
          if (effect.kind === 'roleChanged' && effect.role === 'leader') leaderChanges += 1;
          if (effect.kind === 'commit') effect.entries.forEach(commit);
        }
      }
    },
    counted: () => ({ leaderChanges, jointChanges, snapshotInstalls }),
  };
}
