/** Who boots, and what it knows before it asks anybody. */
import type { BrokerNode } from '../../server/codec/robustmq/node.ts';

export interface BootSettings {
  /** As it registers. Times are Unix seconds. */
  readonly node: BrokerNode;
  /** Of each topic that it makes. */
  readonly partitions: number;
  /** Of its inner topics. */
  readonly innerReplicas: number;
  /** The user that can always log in. */
  readonly user: { readonly name: string; readonly password: string };
  /** Between the inner topics and the user. */
  readonly pauseMs: number;
  /** After the start until it reports on itself. */
  readonly reportAfterMs: number;
  /** Of topics. */
  readonly newId: () => string;
  readonly nowS: () => bigint;
}
