/** Who was heard since it was asked last: on the leader, to which all heartbeats come. */
export interface Heartbeats {
  heard(node: bigint): void;
  /** Somebody took what was sent to where a node is. */
  reached(node: bigint): void;
  /** A connector runs on a node. */
  heardConnector(connector: string): void;
  /** Takes what was heard; from now on it begins anew. */
  take(): Heard;
}

/** Names of nodes and connectors. */
export interface Heard {
  readonly nodes: ReadonlySet<string>;
  /** Of nodes at whose addresses somebody took what was sent. */
  readonly reached: ReadonlySet<string>;
  readonly connectors: ReadonlySet<string>;
}

export function createHeartbeats(): Heartbeats {
  let nodes = new Set<string>();
  let reached = new Set<string>();
  let connectors = new Set<string>();
  return {
    heard: (node) => void nodes.add(String(node)),
    reached: (node) => void reached.add(String(node)),
    heardConnector: (connector) => void connectors.add(connector),
    take: () => {
      const taken = { nodes, reached, connectors };
      nodes = new Set();
      reached = new Set();
      connectors = new Set();
      return taken;
    },
  };
}
