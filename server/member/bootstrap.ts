import { randomUUID } from 'node:crypto';
import type { Announcement } from '../ports/address-book.ts';
import type { Node } from '../node/node.ts';
import type { Log } from '../observe/log/log.ts';
import { toError } from './to-error.ts';

export interface BootstrapSetup {
  readonly node: Pick<Node, 'bootstrap' | 'status'>;
  /** Those to ask first. */
  readonly peers: readonly string[];
  readonly discover: (address: string) => Promise<Announcement>;
  readonly log: Log;
}

/**
 * Founds a cluster on an empty directory, unless a peer that answers is in one already: two
 * clusters would be founded where one was meant. Nothing happens on a directory that is somebody.
 * `again` while the stores are not open yet.
 */
export async function bootstrap(setup: BootstrapSetup): Promise<'again' | 'done'> {
  const { node, peers, discover, log } = setup;
  const { phase } = node.status();
  if (phase === 'opening' || phase === 'reopening') return 'again';
  if (phase !== 'waiting') return 'done';
  for (const address of peers) {
    const { identity } = await discover(address).catch((error: unknown) => {
      log.write('bootstrap_peer_silent', { peer: address, error: toError(error) });
      return { identity: undefined };
    });
    if (identity === undefined) continue;
    log.write('bootstrap_refused', {
      reason: `${address} is member ${identity.member} of cluster ${identity.cluster} already: start this process with join instead of bootstrap`,
    });
    return 'done';
  }
  const cluster = randomUUID();
  const outcome = await new Promise((resolve) => node.bootstrap(cluster, resolve));
  const { identity } = node.status();
  if (outcome === 'bootstrapped') {
    log.write('bootstrap_done', { cluster, member: identity?.member ?? 0 });
  }
  return outcome === 'unknown' ? 'again' : 'done';
}
