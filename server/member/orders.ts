import { showAddress } from '../config/kinds.ts';
import type { Config } from '../config/settings.ts';
import type { Log } from '../observe/log/log.ts';
import type { AdminCalls } from './admin-calls.ts';
import { createBootstrap } from './bootstrap.ts';
import { nowMs } from './clocks.ts';
import type { Core } from './core.ts';
import { join } from './join.ts';
import { repeat } from './repeat.ts';

const PAUSE_MS = 250;

/** Does what the settings order a fresh process to do; without orders it waits. Returns how to stop that. */
export function followOrders(config: Config, log: Log, core: Core, admin: AdminCalls): () => void {
  const { node, storage, transport, self } = core;
  const discover = (address: string) => transport.discover(address);
  if (config.bootstrap) {
    const peers = config.peers.map(showAddress);
    return repeat(PAUSE_MS, createBootstrap({ node, peers, discover, nowMs, log }));
  }
  if (config.join.length > 0) {
    const addresses = config.join.map(showAddress);
    return repeat(PAUSE_MS, () =>
      join({
        addresses,
        directory: storage.directory,
        peerAddress: self().peerAddress,
        status: () => node.status(),
        admin,
        log,
      }),
    );
  }
  return () => undefined;
}
