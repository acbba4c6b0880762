import type { Picture } from './picture.ts';

/** How many pods there must be for everything that may be, or belong to, a member to have one. */
export function podsForAll({ members, seen }: Pick<Picture, 'members' | 'seen'>): number {
  const ordinals = [
    ...seen.volumes.filter(({ deleting }) => !deleting).map(({ ordinal }) => ordinal),
    ...seen.pods.map(({ ordinal }) => ordinal),
  ];
  return Math.max(podsForMembers({ members }), ...ordinals.map((ordinal) => ordinal + 1));
}

/** How many pods there must be for every member to have one. */
export const podsForMembers = ({ members }: Pick<Picture, 'members'>): number =>
  Math.max(0, ...members.flatMap(({ ordinal }) => (ordinal === undefined ? [] : ordinal + 1)));
