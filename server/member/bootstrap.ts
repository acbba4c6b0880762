import { randomUUID } from 'node:crypto';
import type { Announcement } from '../ports/address-book.ts';
import type { Node, NodeStatus } from '../node/node.ts';
import type { Log } from '../observe/log/log.ts';
import { toError } from './to-error.ts';

export interface BootstrapSetup {
  readonly node: Pick<Node, 'bootstrap'> & {
    status(): Pick<NodeStatus, 'identity' | 'phase'>;
  };
  /** Those to ask first. */
  readonly peers: readonly string[];
  readonly discover: (address: string) => Promise<Announcement>;
  /** Of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly log: Pick<Log, 'write'>;
}

/** Where all members start at once, a peer may take so long until it listens. */
const SILENT_MS = 10_000;

type Answer = Announcement | { readonly silent: Error };

/**
 * Founds a cluster on an empty directory, unless a peer is in one already: two clusters would be founded
 * where one was meant. Who is still opening its directory may be, so that is waited for; who does not
 * answer, for ten seconds. Nothing happens on a directory that is somebody.
 *
 * @returns what is to be called until it says `done`; `again`: nothing can be founded yet.
 */
export function createBootstrap(setup: BootstrapSetup): () => Promise<'again' | 'done'> {
  const { node, peers, discover, nowMs, log } = setup;
  /** What was said of a peer is not said again. */
  const told = new Set<string>();
  let askedMs: number | undefined;

  const once = (peer: string, what: string, tell: () => void): void => {
    const key = `${what} ${peer}`;
    if (!told.has(key)) tell();
    told.add(key);
  };

  /** Whether nobody at that address can be in a cluster; undefined: that is not known yet. */
  function isNobody(peer: string, answer: Answer, waitedMs: number): boolean | undefined {
    if ('silent' in answer) {
      once(peer, 'silent', () => {
        log.write('bootstrap_peer_silent', { peer, error: answer.silent });
      });
      return waitedMs >= SILENT_MS ? true : undefined;
    }
    const { identity, waiting } = answer;
    if (identity !== undefined) {
      log.write('bootstrap_refused', {
        reason: `${peer} is member ${identity.member} of cluster ${identity.cluster} already: start this process with join instead of bootstrap`,
      });
      return false;
    }
    if (waiting === true) return true;
    once(peer, 'unsure', () => {
      log.write('bootstrap_waits', { peer });
    });
    return undefined;
  }

  return async () => {
    const { phase } = node.status();
    if (phase === 'opening' || phase === 'reopening') return 'again';
    if (phase !== 'waiting') return 'done';
    askedMs ??= nowMs();
    const answers = await Promise.all(
      peers.map((peer) => discover(peer).catch((error: unknown) => ({ silent: toError(error) }))),
    );
    const waitedMs = nowMs() - askedMs;
    const free = answers.map((answer, at) => isNobody(peers[at] ?? '', answer, waitedMs));
    if (free.includes(false)) return 'done';
    if (free.includes(undefined)) return 'again';
    return foundCluster(node, log);
  };
}

async function foundCluster(
  node: BootstrapSetup['node'],
  log: BootstrapSetup['log'],
): Promise<'again' | 'done'> {
  const cluster = randomUUID();
  const outcome = await new Promise((resolve) => node.bootstrap(cluster, resolve));
  const { identity } = node.status();
  if (outcome === 'bootstrapped') {
    log.write('bootstrap_done', { cluster, member: identity?.member ?? 0 });
  }
  return outcome === 'unknown' ? 'again' : 'done';
}
