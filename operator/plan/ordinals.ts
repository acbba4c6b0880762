import type { Picture } from './picture.ts';
import { isSpare } from './spare.ts';

/** How many pods there must be for everything that may be, or belong to, a member to have one. */
export function podsForAll(picture: Picture): number {
  const { members, seen } = picture;
  const ordinals = [
    ...seen.volumes.filter(({ deleting }) => !deleting).map(({ ordinal }) => ordinal),
    ...seen.pods.map(({ ordinal }) => ordinal),
  ].filter((ordinal) => !isSpare(picture, ordinal));
  return Math.max(podsForMembers({ members }), ...ordinals.map((ordinal) => ordinal + 1));
}

/** How many pods there must be for every member to have one. */
export const podsForMembers = ({ members }: Pick<Picture, 'members'>): number =>
  Math.max(0, ...members.flatMap(({ ordinal }) => (ordinal === undefined ? [] : ordinal + 1)));
