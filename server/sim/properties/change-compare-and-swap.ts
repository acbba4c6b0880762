import type { Effect } from '../../raft/effect.ts';
import type { Entry } from '../../raft/entry.ts';
import type { Index, Term } from '../../raft/ids.ts';
import { isJoint } from '../../raft/membership/configuration.ts';
import { decodeConfiguration } from '../../raft/membership/configuration-codec.ts';
import { placedOf, type PlacedConfiguration } from '../../raft/raft.ts';
import { createPerCore } from '../evidence/per-core.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'changes are compare-and-swap';

/**
 * A membership change is accepted only on the configuration it was decided on, and of all changes
 * decided on one configuration at most one is ever applied: an operator that asks again after an
 * unknown outcome does not carry its change out twice. Nor does a leader by itself: whatever
 * configuration it appends is that of the change it just accepted, or the end of a joint phase.
 */
export const changeCompareAndSwap: Property = {
  name: NAME,
  source: 'ARCHITECTURE.md, The core; hashicorp/raft, prevIndex of AddVoter',
  watch() {
    const cores = createPerCore((): { inForce: PlacedConfiguration | undefined } => ({
      inForce: undefined,
    }));
    /** By index, then term of the entry: the configuration that its change was decided on. */
    const expectedBy = new Map<Index, Map<Term, Index>>();
    const appliedOn = new Map<Index, Index>();

    return (observation) => {
      cores.follow(observation);
      if (observation.kind === 'applied') {
        const { index, term, kind } = observation.entry;
        const expected = kind === 'configuration' ? expectedBy.get(index)?.get(term) : undefined;
        if (expected === undefined) return;
        const other = appliedOn.get(expected) ?? index;
        appliedOn.set(expected, other);
        if (other === index) return;
        throw new Violation(
          NAME,
          `the changes at ${other} and ${index} were both decided on the configuration at ${expected}, and both applied`,
          [observation.actor.directory],
        );
      }
      if (observation.kind !== 'stepped') return;
      const { actor, input, effects, raft } = observation;
      const core = cores.of(actor);
      const { inForce } = core;
      core.inForce = placedOf(raft);
      if (inForce === undefined) return;
      if (raft.role.kind === 'leader') {
        const causeless = appendedBy(effects).find((entry) => !hasCause(entry, inForce, effects));
        if (causeless !== undefined) {
          throw new Violation(
            NAME,
            `the leader appended a configuration at ${causeless.index} that no change was accepted for`,
            [actor.directory],
          );
        }
      }
      if (input.kind !== 'change') return;
      for (const effect of effects) {
        if (effect.kind !== 'changeAccepted' || effect.context !== input.context) continue;
        if (inForce.index !== input.expected) {
          throw new Violation(
            NAME,
            `a change decided on the configuration at ${input.expected} was accepted on the one at ${inForce.index}`,
            [actor.directory],
          );
        }
        // Nothing to change: it is accepted as done, and no entry is appended.
        if (effect.index <= input.expected) continue;
        const ofIndex = expectedBy.get(effect.index) ?? new Map<Term, Index>();
        expectedBy.set(effect.index, ofIndex.set(effect.term, input.expected));
      }
    };
  },
};

/** The configurations that a step appended. */
const appendedBy = (effects: readonly Effect[]): readonly Entry[] =>
  effects
    .flatMap((effect) => (effect.kind === 'persist' ? effect.entries : []))
    .filter(({ kind }) => kind === 'configuration');

/** Whether a configuration is that of a change accepted in this step, or ends the joint one before it. */
function hasCause(
  { index, data }: Entry,
  inForce: PlacedConfiguration,
  effects: readonly Effect[],
): boolean {
  if (effects.some((effect) => effect.kind === 'changeAccepted' && effect.index === index)) {
    return true;
  }
  return isJoint(inForce.configuration) && !isJoint(decodeConfiguration(data));
}
