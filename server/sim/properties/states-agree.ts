import { Violation, type Property } from './property.ts';

const NAME = 'states are brought in line';

/**
 * Whose state is wrong gets that of the majority, and nobody else does; so in the end all states are
 * equal, and their hashes are those of the rows that are there.
 */
export const statesAgree: Property = {
  name: NAME,
  source: 'ARCHITECTURE.md, When states diverge',
  watch() {
    /** What was given to one may arrive again, so once rotted, it may be replaced at any time. */
    const rotted = new Set<string>();
    const wrong = new Set<string>();
    /** Before anybody compared, a wrong state was given to others, and may be that of a majority. */
    let spread = false;
    return (observation) => {
      if (observation.kind === 'rotted') {
        const { by, directory } = observation;
        // Found so without a fault of its own: it crashed in the middle of taking it from others.
        if (by === 'others' || (by === 'before' && !wrong.has(directory))) spread = true;
        rotted.add(directory);
        wrong.add(directory);
      }
      if (observation.kind === 'rebuilt') {
        const { directory } = observation.actor;
        // What is found wrong in it from here on came with what it was given.
        wrong.delete(directory);
        if (rotted.has(directory) || spread) return;
        throw new Violation(NAME, `the state of ${directory} was replaced, and was right`, [
          directory,
        ]);
      } else if (observation.kind === 'compared') {
        const [first] = observation.states;
        for (const { directory, hash, recomputed } of observation.states) {
          if (hash !== recomputed) {
            throw new Violation(
              NAME,
              `${directory} keeps the hash ${hash}, its rows have ${recomputed}`,
              [directory],
            );
          }
          if (first !== undefined && hash !== first.hash) {
            throw new Violation(NAME, `${first.directory} and ${directory} have other states`, [
              first.directory,
              directory,
            ]);
          }
        }
      }
    };
  },
};
