import type { Node } from '../node/node.ts';

/** A node that can be put in the place of another while the process, its ports and its services go on. */
export interface ReplaceableNode {
  /** Whoever holds this has the node that is in place. */
  readonly node: Node;
  /**
   * Stops the node in place, does `work` while no node runs, and puts a new one in place, however
   * `work` ended.
   */
  readonly replace: <Value>(work: () => Promise<Value>) => Promise<Value>;
}

/** @param create makes a node on the same stores; called again only after the last one has stopped. */
export function createReplaceableNode(create: () => Node): ReplaceableNode {
  let current = create();
  let spaceLow = false;
  let ending: Promise<void> | undefined;
  let ended = false;

  const stop = (): Promise<void> => new Promise((resolve) => current.stop(resolve));

  async function replace<Value>(work: () => Promise<Value>): Promise<Value> {
    await stop();
    try {
      return await work();
    } finally {
      // The process may be asked to end meanwhile.
      if (!ended) {
        current = create();
        if (spaceLow) current.storageSpace(true);
      }
    }
  }

  return {
    replace: (work) => {
      const replaced = replace(work);
      ending = replaced.then(
        () => undefined,
        () => undefined,
      );
      return replaced;
    },
    node: {
      tick: () => current.tick(),
      bootstrap: (cluster, done) => current.bootstrap(cluster, done),
      propose: (command, done) => current.propose(command, done),
      read: (done) => current.read(done),
      change: (expected, changes, done) => current.change(expected, changes, done),
      transfer: (to, done) => current.transfer(to, done),
      rebuild: (member, done) => current.rebuild(member, done),
      compact: (done) => current.compact(done),
      receive: (envelope) => current.receive(envelope),
      receiveSnapshot: (envelope, body, done) => current.receiveSnapshot(envelope, body, done),
      reachable: (peer, reachable) => current.reachable(peer, reachable),
      storageSpace: (low) => {
        spaceLow = low;
        current.storageSpace(low);
      },
      row: (key) => current.row(key),
      range: (prefix, after) => current.range(prefix, after),
      snapshot: () => current.snapshot(),
      status: () => current.status(),
      stop: (done) => {
        ended = true;
        void (ending ?? Promise.resolve()).then(() => current.stop(done));
      },
    },
  };
}
