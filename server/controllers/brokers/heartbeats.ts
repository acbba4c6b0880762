/** Who was heard since it was asked last: on the leader, to which all heartbeats come. */
export interface Heartbeats {
  heard(node: bigint): void;
  /** A connector runs on a node. */
  heardConnector(connector: string): void;
  /** Takes what was heard; from now on it begins anew. */
  take(): { readonly nodes: ReadonlySet<string>; readonly connectors: ReadonlySet<string> };
}

export function createHeartbeats(): Heartbeats {
  let nodes = new Set<string>();
  let connectors = new Set<string>();
  return {
    heard: (node) => void nodes.add(String(node)),
    heardConnector: (connector) => void connectors.add(connector),
    take: () => {
      const taken = { nodes, connectors };
      nodes = new Set();
      connectors = new Set();
      return taken;
    },
  };
}
