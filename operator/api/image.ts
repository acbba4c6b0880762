/** References to images, and the versions in them. */

export interface Image {
  /** With the host and port of the registry, if there are any. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
}

const REFERENCE =
  /^((?:[a-zA-Z0-9.-]+(?::[0-9]{1,5})?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** Reads a reference; undefined when it is none, or names no certain image (`latest`, or nothing). */
export function parseImage(reference: string): Image | undefined {
  const [, repository, tag, digest] = REFERENCE.exec(reference) ?? [];
  if (repository === undefined) return undefined;
  if (digest === undefined && (tag === undefined || tag === 'latest')) return undefined;
  return { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** Semantic version 2.0, §2 and §9. */
export interface Version {
  readonly core: readonly [major: number, minor: number, patch: number];
  /** Empty for a release. */
  readonly prerelease: readonly string[];
}

const VERSION = /^v?([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/;

/** Reads a version or the tag of an image; undefined when it is none. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch, prerelease] = VERSION.exec(text) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return {
    core: [Number(major), Number(minor), Number(patch)],
    prerelease: prerelease?.split('.') ?? [],
  };
}

/** Negative when `a` comes before `b`, 0 when neither does (Semantic version 2.0, §11). */
export function compareVersions(a: Version, b: Version): number {
  for (const [index, part] of a.core.entries()) {
    const difference = part - (b.core[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const difference = compareIdentifiers(part, other);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const numeric = /^[0-9]+$/;
  const numbers = [numeric.test(a), numeric.test(b)] as const;
  if (numbers[0] && numbers[1]) return Number(a) - Number(b);
  if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Whether going from one version to the other goes back. Unknown versions (a digest, a tag that is no
 * version) cannot be told, and are taken for no downgrade: a member that does not understand its
 * directory refuses to start.
 */
export function isDowngrade(from: string, to: string): boolean {
  const [before, after] = [parseVersion(from), parseVersion(to)];
  return before !== undefined && after !== undefined && compareVersions(after, before) < 0;
}
