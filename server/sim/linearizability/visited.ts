/** Remembers, exactly, which sets of operations with which value after them were tried before. */
export interface Visited {
  /** Puts a known operation into the current set, or takes it out. */
  flipKnown(place: number): void;
  flipPending(place: number): void;
  /** Notes the current set with `value`; false if it was noted before. */
  enter(value: string): boolean;
}

interface Note {
  readonly bits: Int32Array;
  readonly value: string;
}

/** Nothing noted yet; the current set is empty. */
export function createVisited(knownCount: number, pendingCount: number): Visited {
  const bits = new Int32Array((knownCount + pendingCount + 31) >> 5);
  const notes = new Map<number, Note[]>();
  // Changes with each flip by a number of its own (Zobrist), so that it need not be made anew.
  let hash = 0;
  const flip = (bit: number): void => {
    bits[bit >> 5] = (bits[bit >> 5] ?? 0) ^ (1 << (bit & 31));
    hash ^= scramble(bit);
  };
  return {
    flipKnown: flip,
    flipPending: (place) => flip(knownCount + place),
    enter(value) {
      const bucket = notes.get(hash);
      if (bucket === undefined) notes.set(hash, [{ bits: bits.slice(), value }]);
      else if (bucket.some((note) => note.value === value && isEqual(note.bits, bits)))
        return false;
      else bucket.push({ bits: bits.slice(), value });
      return true;
    },
  };
}

/** A 32-bit number that looks random (the finalizer of MurmurHash3). */
function scramble(bit: number): number {
  let mixed = Math.imul(bit + 0x9e3779b9, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
