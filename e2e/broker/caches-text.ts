/** Caches as text, and where those of a broker are not what meta has stored. */
import { canonical } from './canonical.ts';
import type { Caches } from './caches.ts';
import { RESOURCES, type Resource } from './resource.ts';

/** Values by key, by resource: each as canonical text. */
export type CachesText = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const textOf = ({ rows }: Caches): CachesText =>
  Object.fromEntries(
    RESOURCES.map((name) => [
      name,
      Object.fromEntries([...rows[name]].map(([key, value]) => [key, canonical(value)])),
    ]),
  );

/** What no list tells of. */
const UNLISTED: readonly Resource[] = ['GroupOffset'];
/** What a broker does not load: it has what was pushed since it started. */
const PUSHED_ONLY: readonly Resource[] = ['Session', 'Subscribe', 'ClusterResourceConfig'];

/**
 * Every row in which a broker's caches are not the state, in words; none: they are equal. Of what it
 * has not loaded, rows that it lacks do not count.
 */
export function unlike(caches: CachesText, state: CachesText): readonly string[] {
  return RESOURCES.filter((name) => !UNLISTED.includes(name)).flatMap((name) => {
    const [ours, stored] = [caches[name] ?? {}, state[name] ?? {}];
    const lacks = PUSHED_ONLY.includes(name)
      ? []
      : Object.keys(stored).filter((key) => !(key in ours));
    const wrong = Object.entries(ours).filter(([key, value]) => stored[key] !== value);
    return [
      ...lacks.map((key) => `${name} ${key} is not cached`),
      ...wrong.map(([key, value]) =>
        key in stored
          ? `${name} ${key} is cached as ${value}, and stored as ${stored[key] ?? ''}`
          : `${name} ${key} is cached, and not stored`,
      ),
    ];
  });
}
