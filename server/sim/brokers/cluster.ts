import type { BrokerNode } from '../../codec/robustmq/node.ts';
import type { Index } from '../../raft/ids.ts';
import type { Operation } from '../../state/resources/operation.ts';
import type { World } from '../world/world.ts';

/** Records by their rows, in the state at an index. */
export interface Listed {
  readonly index: Index;
  readonly rows: readonly (readonly [row: string, payload: Uint8Array])[];
}

/** What brokers know of the cluster: who leads it. */
export interface Cluster {
  readonly world: World;
  /** Has the leader carry something out. @param done with the result, or undefined if it was not told any. */
  change<Args, Result>(
    operation: Operation<Args, Result>,
    args: Args,
    done: (result: Result | undefined) => void,
  ): void;
  /** As `change`, of a process that is told what it lacks before it is answered, or nearly all. */
  register(node: BrokerNode, done: (epoch: bigint | undefined) => void): void;
  /** Lists what the leader has in a table; undefined: it did not say. */
  list(table: string, done: (listed: Listed | undefined) => void): void;
  /** Lets the leader hear a broker. @param done whether it knows it; undefined: nobody said. */
  beat(broker: number, done: (known: boolean | undefined) => void): void;
  /** Whether the process of a broker runs. */
  isAlive(broker: number): boolean;
}
