/** The objects of one kind, as of a moment ago. */
import type { Labels, Place } from '../api.ts';

/** What is read of every object. */
export interface Kept {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Labels;
    readonly managedFields?: unknown;
  };
}

export interface Store {
  get(place: Place): Kept | undefined;
  list(namespace: string, labels: Labels): readonly Kept[];
  size(): number;
  put(object: Kept): void;
  remove(object: Kept): void;
  /** These are all. */
  replace(objects: readonly Kept[]): void;
}

/** @param changed hears of each object that came, changed or went. */
export function createStore(changed: (object: Kept) => void): Store {
  let objects = new Map<string, Kept>();
  const put = (object: Kept): void => {
    const key = keyOf(placeOf(object));
    const same = objects.get(key)?.metadata?.resourceVersion === object.metadata?.resourceVersion;
    objects.set(key, object);
    if (!same) changed(object);
  };
  return {
    get: (place) => objects.get(keyOf(place)),
    list: (namespace, labels) =>
      [...objects.values()].filter(
        ({ metadata }) => metadata?.namespace === namespace && hasLabels(metadata.labels, labels),
      ),
    size: () => objects.size,
    put,
    remove: (object) => {
      if (objects.delete(keyOf(placeOf(object)))) changed(object);
    },
    replace: (all) => {
      const before = objects;
      objects = new Map(before);
      const there = new Set(all.map((object) => keyOf(placeOf(object))));
      for (const [key, object] of before) {
        if (there.has(key)) continue;
        objects.delete(key);
        changed(object);
      }
      all.forEach(put);
    },
  };
}

const placeOf = ({ metadata }: Kept): Place => ({
  namespace: metadata?.namespace,
  name: metadata?.name ?? '',
});

const keyOf = ({ namespace = '', name }: Place): string => `${namespace}/${name}`;

const hasLabels = (has: Labels | undefined, wanted: Labels): boolean =>
  Object.entries(wanted).every(([label, value]) => has?.[label] === value);
