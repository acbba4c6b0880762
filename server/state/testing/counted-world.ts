import { machine } from '../machine.ts';
import { createRegistryWorld } from './registry-world.ts';
import type { RegistryWorld } from './registry-world.ts';

/** One that counts the rows that changes come upon as they go through a range. */
export interface CountedWorld extends RegistryWorld {
  /** Since it was asked last. */
  readonly rowsRead: () => number;
}

export function createCountedWorld(): CountedWorld {
  let rows = 0;
  const world = createRegistryWorld((read, bytes, index, range) =>
    machine(read, bytes, index, function* (prefix, after) {
      for (const row of range(prefix, after)) {
        rows += 1;
        yield row;
      }
    }),
  );
  const rowsRead = (): number => {
    const since = rows;
    rows = 0;
    return since;
  };
  return { ...world, rowsRead };
}
