import type { Push } from '../../state/resources/push.ts';
import type { Place } from '../observation.ts';

export type ToldLog = ReturnType<typeof createToldLog>;

/** All that the log told, in order. */
export function createToldLog() {
  const pushes: Push[] = [];
  const places: Place[] = [];
  const firsts = new Map<number, number>();

  /** How much comes from entries up to this one, less 1: the number of the last. */
  function through(index: number): number {
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((places[middle]?.index ?? Infinity) > index) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  return {
    through,
    length: () => pushes.length,
    append: (index: Place['index'], more: readonly Push[]): void => {
      if (more.length > 0) firsts.set(index, pushes.length);
      pushes.push(...more);
      for (const at of more.keys()) places.push({ index, at });
    },
    ordinalOf: ({ index, at }: Place): number => (firsts.get(index) ?? Infinity) + at,
    /** The first behind this one of which a broker is told. */
    next: (ordinal: number, broker: number): number => {
      let next = ordinal + 1;
      while (pushes[next]?.except === BigInt(broker)) next += 1;
      return next;
    },
    describe: (ordinal: number): string => {
      const place = places[ordinal];
      const push = pushes[ordinal];
      return place === undefined || push === undefined
        ? 'what is to come'
        : `${push.type} ${push.action} of entry ${place.index}`;
    },
  };
}
