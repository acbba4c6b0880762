/**
 * Numbers that are counted in plain memory and put together when somebody scrapes.
 *
 * Counting lies on the path of every write. prom-client looks labels up and checks them on each
 * call; here a series is looked up once, and counting is an addition.
 */
import type { Registry } from 'prom-client';
import type { Gauge } from 'prom-client';

/** Values of labels, by name. */
export type Labels = Readonly<Record<string, string | number>>;

/** What is shown of a metric: `suffix` as histograms need it. */
export interface Sample {
  readonly value: number;
  readonly labels: Labels;
  readonly suffix?: string;
}

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Asked at every scrape. */
  readonly samples: () => readonly Sample[];
}

/** Shows a metric in a registry. Its name must be new. */
export function show(registry: Registry, { name, help, type, samples }: Metric): void {
  const shown = {
    name,
    help,
    type,
    aggregator: 'sum',
    reset: () => undefined,
    get: () =>
      Promise.resolve({
        name,
        help,
        type,
        aggregator: 'sum',
        values: samples().map(({ value, labels, suffix = '' }) => ({
          value,
          labels,
          metricName: name + suffix,
        })),
      }),
  };
  // The registry asks a metric for no more than this; its type names a class with private parts.
  registry.registerMetric(shown as unknown as Gauge);
}

/** One counter with one set of labels. Add to `value`. */
export interface Count {
  value: number;
}

/** A counter without labels. */
export function countOf(
  registry: Registry,
  name: string,
  help: string,
  labels: Labels = {},
): Count {
  const count: Count = { value: 0 };
  show(registry, {
    name,
    help,
    type: 'counter',
    samples: () => [{ value: count.value, labels }],
  });
  return count;
}

/** A counter per value of labels. Look a child up once, and keep it. */
export function countsOf(
  registry: Registry,
  name: string,
  help: string,
): (labels: Labels) => Count {
  const children = createChildren<Count>(() => ({ value: 0 }));
  show(registry, {
    name,
    help,
    type: 'counter',
    samples: () => children.all().map(({ labels, child }) => ({ value: child.value, labels })),
  });
  return children.of;
}

/** A gauge that is asked for at every scrape; undefined: nothing is shown, because nobody knows. */
export function gaugeOf(
  registry: Registry,
  name: string,
  help: string,
  value: () => number | undefined,
  labels: Labels = {},
): void {
  show(registry, {
    name,
    help,
    type: 'gauge',
    samples: () => {
      const known = value();
      return known === undefined ? [] : [{ value: known, labels }];
    },
  });
}

interface Children<Child> {
  readonly of: (labels: Labels) => Child;
  readonly all: () => readonly { readonly labels: Labels; readonly child: Child }[];
}

/** One child per set of labels, made when it is first asked for. */
export function createChildren<Child>(create: () => Child): Children<Child> {
  const children = new Map<string, { labels: Labels; child: Child }>();
  return {
    of: (labels) => {
      const key = JSON.stringify(labels);
      const known = children.get(key) ?? { labels, child: create() };
      children.set(key, known);
      return known.child;
    },
    all: () => [...children.values()],
  };
}
