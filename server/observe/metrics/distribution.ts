import type { Registry } from 'prom-client';
import { createChildren, show } from './series.ts';
import type { Labels, Sample } from './series.ts';

/** How often a value was how large. */
export interface Distribution {
  readonly observe: (value: number) => void;
}

interface Buckets extends Distribution {
  readonly samples: (labels: Labels) => readonly Sample[];
}

/** Powers of two from `first` on. */
const doubling = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => first * 2 ** at);

/** Seconds, from a tenth of a millisecond to six and a half: what synced writes take. */
export const SHORT_SECONDS: readonly number[] = doubling(0.0001, 17);

/** Seconds, from 10 ms to 22 minutes: what transfers take. */
export const LONG_SECONDS: readonly number[] = doubling(0.01, 18);

/** Milliseconds, as RobustMQ counts them: 1, 2, 4 … 2^19. */
export const ROBUSTMQ_MS: readonly number[] = doubling(1, 20);

function createBuckets(bounds: readonly number[]): Buckets {
  // The last one is for what is above all bounds.
  const counts = new Float64Array(bounds.length + 1);
  let sum = 0;

  return {
    observe: (value) => {
      let at = 0;
      while (at < bounds.length && value > (bounds[at] ?? Infinity)) at += 1;
      counts[at] = (counts[at] ?? 0) + 1;
      sum += value;
    },
    samples: (labels) => {
      let seen = 0;
      const buckets = [...bounds, '+Inf'].map((le, at): Sample => {
        seen += counts[at] ?? 0;
        return { suffix: '_bucket', labels: { ...labels, le }, value: seen };
      });
      return [
        ...buckets,
        { suffix: '_sum', labels, value: sum },
        { suffix: '_count', labels, value: seen },
      ];
    },
  };
}

/** A histogram with one set of labels. */
export function distributionOf(
  registry: Registry,
  name: string,
  help: string,
  bounds: readonly number[],
  labels: Labels = {},
): Distribution {
  const buckets = createBuckets(bounds);
  show(registry, { name, help, type: 'histogram', samples: () => buckets.samples(labels) });
  return buckets;
}

/** A histogram per value of labels. Look a child up once, and keep it. */
export function distributionsOf(
  registry: Registry,
  name: string,
  help: string,
  bounds: readonly number[],
): (labels: Labels) => Distribution {
  const children = createChildren(() => createBuckets(bounds));
  show(registry, {
    name,
    help,
    type: 'histogram',
    samples: () => children.all().flatMap(({ labels, child }) => child.samples(labels)),
  });
  return children.of;
}
