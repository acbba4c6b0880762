import type { Node } from '../node/node.ts';
import type { Index } from '../raft/ids.ts';
import { findingsOf, judge } from './divergence-verdict.ts';
import type { Remedy, Verdict } from './divergence-verdict.ts';

export interface DivergenceControllerParts {
  readonly node: Pick<Node, 'propose' | 'rebuild' | 'status' | 'transfer'>;
  /** The command that lets members compare; undefined while not all of them know it. */
  readonly check: () => Uint8Array | undefined;
  /** Milliseconds since an arbitrary moment; never goes back. */
  readonly nowMs: () => number;
  readonly intervalMs: number;
  /** Something is to be done about a state, and is begun. */
  readonly tell?: (remedy: Exclude<Remedy, { readonly kind: 'wait' }>, index: Index) => void;
}

/** How soon members compare again while something is wrong. */
const AGAIN_MS = 5_000;

/**
 * Lets members compare their states, and brings those in line that are wrong. Only while it leads.
 * Call `pass` now and then.
 *
 * What members found at one index has one consequence at most: whoever was rebuilt speaks for itself
 * at the next, and only then is anybody else touched.
 */
export function createDivergenceController(parts: DivergenceControllerParts): { pass(): void } {
  const { node, check, nowMs, intervalMs, tell } = parts;
  let busy = false;
  /**
   * When this leader asked for a check last. It begins with one: whoever is wrong may be preferred as
   * leader, and lead again before long.
   */
  let askedMs = -Infinity;
  let acted: { readonly index: Index; readonly atMs: number } | undefined;

  const finish = (): void => {
    busy = false;
  };

  function act(verdict: Verdict): boolean {
    if (verdict.kind !== 'wrong' || verdict.remedy.kind === 'wait') return false;
    const { remedy, index } = verdict;
    if (acted !== undefined && index <= acted.index) {
      // A transfer that came to nothing takes nobody away, and may be all that helps.
      const again = remedy.kind === 'transfer' && nowMs() - acted.atMs >= AGAIN_MS;
      if (!again) return false;
    }
    acted = { index, atMs: nowMs() };
    busy = true;
    tell?.(remedy, index);
    if (remedy.kind === 'transfer') node.transfer(remedy.to, finish);
    else node.rebuild(remedy.member, finish);
    return true;
  }

  function ask(): void {
    const command = check();
    if (command === undefined) return;
    askedMs = nowMs();
    busy = true;
    // Whatever the outcome, the next pass sees what came of it.
    node.propose(command, finish);
  }

  return {
    pass: () => {
      const status = node.status();
      const findings = findingsOf(status);
      if (findings === undefined) {
        askedMs = -Infinity;
        acted = undefined;
        return;
      }
      if (busy) return;
      const verdict = judge(findings);
      if (act(verdict)) return;
      const settled = verdict.kind === 'equal';
      const pauseMs = settled ? intervalMs : Math.min(intervalMs, AGAIN_MS);
      if (nowMs() - askedMs < pauseMs) return;
      // A cluster where nothing happens need not grow its log to find out nothing.
      const isNews = !settled || verdict.unknown.length > 0 || verdict.index !== status.applied;
      if (isNews) ask();
    },
  };
}
