/** Who takes down that a node was heard of, or a connector: the leader, which all brokers are sent to. */
export interface Heartbeats {
  heard(node: bigint): void;
  /** A connector runs on a node. */
  heardConnector(connector: string): void;
}
