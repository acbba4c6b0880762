/** The loop around all duties of a leader towards brokers. */
import type { Node } from '../../node/node.ts';
import type { ProposeOutcome } from '../../node/outcome.ts';
import type { Term } from '../../raft/ids.ts';
import { encodeCommand } from '../../state/command-codec.ts';
import { COMMAND_KINDS } from '../../state/command-kinds.ts';
import { viewRecords } from '../../state/resources/records.ts';
import { activeVersion } from '../../state/versions.ts';
import type { Ask, Duty } from './duty.ts';
import type { Heartbeats } from './heartbeats.ts';

export interface LifecycleControllerParts {
  readonly node: Pick<Node, 'propose' | 'range' | 'row' | 'status'>;
  readonly heartbeats: Pick<Heartbeats, 'take'>;
  /** All of them, at the beginning of a lead. */
  readonly duties: () => readonly Duty[];
  /** Of a clock that never goes back. */
  readonly nowMs: () => number;
  /** Unix time in ms, for replicated time; fractions are cut off. */
  readonly timeMs: () => number;
}

/** So many proposals of it are on their way at most. */
const PROPOSALS_MAX = 32;

/**
 * Call `pass` now and then. It proposes only while it leads, and one thing only once at a time; what
 * came of it, the next pass sees. A lead that begins takes nothing over from the one before.
 */
export function createLifecycleController(parts: LifecycleControllerParts): { pass(): void } {
  const { node, heartbeats, nowMs, timeMs } = parts;
  let lead: { readonly term: Term; readonly duties: readonly Duty[] } | undefined;
  const underWay = new Set<string>();

  function propose({ name, change }: Ask, at: number): void {
    if (underWay.has(name) || underWay.size >= PROPOSALS_MAX) return;
    underWay.add(name);
    node.propose(encodeCommand({ ...change, timeMs: at }), (_outcome: ProposeOutcome) => {
      underWay.delete(name);
    });
  }

  return {
    pass: () => {
      const heard = heartbeats.take();
      const { phase, role, term } = node.status();
      if (phase !== 'running' || role !== 'leader' || !isChangeKnown(node)) {
        lead = undefined;
        return;
      }
      if (lead?.term !== term) lead = { term, duties: parts.duties() };
      const at = Math.floor(timeMs());
      const records = viewRecords(node.row, node.range);
      const moment = { ...node, records, heard, nowMs: nowMs(), timeMs: at };
      for (const duty of lead.duties) {
        for (const each of duty.look(moment)) propose(each, at);
      }
    },
  };
}

/** A member that does not know the command would stop. */
const isChangeKnown = ({ row }: Pick<Node, 'row'>): boolean =>
  activeVersion(row) >= COMMAND_KINDS.change.since;
