/**
 * When the next call may be made: as soon as all is there that was pushed before it in the capture, but
 * for what cannot come.
 */
import type { Comparison } from './compare.ts';
import type { CapturedPush } from './compare-pushes.ts';
import type { Push } from './content.ts';
import { cannotCome } from './meant.ts';
import { missing } from './push-outcomes.ts';

export interface Pace {
  /** Whether everything arrived that was captured before the call at `index`. */
  isReady(index: number): boolean;
  /** Waits no more for what is missing now. */
  giveUp(index: number): void;
}

export interface Awaited {
  readonly captured: readonly CapturedPush[];
  /** Of all brokers that may get it. */
  readonly received: readonly (readonly Push[])[];
}

/** How far a list of received pushes was looked at, by row. */
type Cursors = Map<string, number>;

export function createPace(awaited: readonly Awaited[], comparison: Comparison): Pace {
  const open = awaited.map(({ captured, received }) => ({
    left: [...captured],
    targets: received.map((pushes) => ({ pushes, cursors: new Map() as Cursors })),
  }));
  const arrived = (push: CapturedPush, pushes: readonly Push[], cursors: Cursors): boolean => {
    const row = `${push.resource} ${push.key}`;
    const at = pushes.findIndex(
      (ours, position) =>
        position >= (cursors.get(row) ?? 0) &&
        ours.resource === push.resource &&
        ours.key === push.key &&
        ours.action === push.action &&
        comparison.differences(push.resource, push.value, ours.value).length === 0,
    );
    if (at >= 0) cursors.set(row, at + 1);
    return at >= 0;
  };
  return {
    isReady: (index) => {
      for (const each of open) {
        each.left = each.left.filter(
          (push) =>
            push.index >= index ||
            !(
              cannotCome(missing(push)) ||
              each.targets.some(({ pushes, cursors }) => arrived(push, pushes, cursors))
            ),
        );
      }
      return open.every(({ left }) => left.every((push) => push.index >= index));
    },
    giveUp: (index) => {
      for (const each of open) each.left = each.left.filter((push) => push.index >= index);
    },
  };
}
