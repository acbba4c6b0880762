import type { Operation } from '../../state/resources/operation.ts';
import type { World } from '../world/world.ts';

/** What brokers know of the cluster: who leads it. */
export interface Cluster {
  readonly world: World;
  /** Has the leader carry something out. @param done with the result, or undefined if it was not told any. */
  change<Args, Result>(
    operation: Operation<Args, Result>,
    args: Args,
    done: (result: Result | undefined) => void,
  ): void;
  /** Lets the leader hear a broker. @param done whether it knows it; undefined: nobody said. */
  beat(broker: number, done: (known: boolean | undefined) => void): void;
  /** Whether the process of a broker runs. */
  isAlive(broker: number): boolean;
}
