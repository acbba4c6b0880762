/**
 * When this member heard of each node last. Brokers beat every member, so none has to tell the others;
 * after a change of leaders a node has its whole time again.
 */
export interface Heartbeats {
  heard(node: bigint): void;
  /** Undefined: not since this process started. @returns ms of a clock that never goes back. */
  lastMs(node: bigint): number | undefined;
  /** A connector runs on a node. */
  heardConnector(connector: string): void;
  lastConnectorMs(connector: string): number | undefined;
}

/** @param nowMs time that never goes back: what a node says of its own clock counts for nothing. */
export function createHeartbeats(nowMs: () => number): Heartbeats {
  const nodes = new Map<bigint, number>();
  const connectors = new Map<string, number>();
  return {
    heard: (node) => void nodes.set(node, nowMs()),
    lastMs: (node) => nodes.get(node),
    heardConnector: (connector) => void connectors.set(connector, nowMs()),
    lastConnectorMs: (connector) => connectors.get(connector),
  };
}
