import type { Picture, PlacedMember } from './picture.ts';

/** Who is not healthy, where, and why as far as anybody says. */
export function ailing(
  { pods }: Picture['seen'],
  { id, ordinal, pod, regressed }: PlacedMember,
): string {
  const home = pod ?? pods.find((each) => each.ordinal === ordinal);
  if (home === undefined) return `member ${id} has no pod`;
  const said = home.status?.error === '' ? home.problem : (home.status?.error ?? home.problem);
  const why = said ?? (regressed ? 'its directory is an older copy' : undefined);
  return `member ${id} in ${home.name} is not healthy${why ? `: ${why}` : ''}`;
}
