/** What is too much for one command is asked for in several. */

/** As much in one command, in bytes of what it says: some 50 ms of work, for every member. */
export const PART_BYTES_MAX = 256 << 10;

/**
 * All of them in order, as many at a time as take no more bytes than this. One that takes more has a
 * part of its own.
 */
export function partsWithin<Each>(
  all: readonly Each[],
  bytesOf: (each: Each) => number,
  bytesMax: number,
): readonly (readonly Each[])[] {
  const parts: Each[][] = [];
  let left = 0;
  for (const each of all) {
    const bytes = bytesOf(each);
    const last = parts.at(-1);
    if (last === undefined || bytes > left) {
      parts.push([each]);
      left = bytesMax - bytes;
    } else {
      last.push(each);
      left -= bytes;
    }
  }
  return parts;
}
