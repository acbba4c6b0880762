import type { Mutation } from '../operator/mutation.ts';
import type { World } from '../world.ts';

/** What must hold of everything that the operator does. */
export interface Property {
  readonly name: string;
  /** Why it does not hold, if this is done now. */
  readonly judge: (world: World, mutation: Mutation) => string | undefined;
}
