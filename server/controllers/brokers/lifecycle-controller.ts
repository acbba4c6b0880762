/** The loop around all duties of a leader towards brokers. */
import type { Node } from '../../node/node.ts';
import type { Defer } from '../../ports/clock.ts';
import type { Index, Term } from '../../raft/ids.ts';
import { encodeCommand } from '../../state/command-codec.ts';
import { COMMAND_VERSION_MAX } from '../../state/command-kinds.ts';
import { viewRecords } from '../../state/resources/records.ts';
import { activeVersion } from '../../state/versions.ts';
import type { BrokerCalls } from './broker-calls.ts';
import type { Call, Duty, Moment, Proposal } from './duty.ts';
import type { Heartbeats } from './heartbeats.ts';

export interface LifecycleControllerParts {
  readonly node: Pick<Node, 'propose' | 'range' | 'read' | 'row' | 'status'>;
  readonly heartbeats: Pick<Heartbeats, 'take'>;
  readonly calls: BrokerCalls;
  /** All of them, at the beginning of a lead. */
  readonly duties: () => readonly Duty[];
  /** Looks that do not wait for the next pass come after what is being handled. */
  readonly defer: Defer;
  /** Of a clock that never goes back. */
  readonly nowMs: () => number;
  /** Unix time in ms, for replicated time; fractions are cut off. */
  readonly timeMs: () => number;
}

/** So many proposals of each duty are on their way at most: one that has much to do holds up no other. */
const PROPOSALS_MAX = 64;

interface Lead {
  readonly term: Term;
  /** What others led it to is in its state from this entry on. */
  readonly from: Index;
  readonly duties: readonly Duty[];
}

/**
 * Call `pass` now and then. It acts only while it leads and knows what was done before it led, and
 * proposes one thing only once at a time; what came of it, the next pass sees, or a look before it.
 */
export function createLifecycleController(parts: LifecycleControllerParts): { pass(): void } {
  const { node, heartbeats, calls, defer, nowMs, timeMs } = parts;
  let lead: Lead | undefined;
  const proposals = createProposalsUnderWay();
  /** Those that will look again before the next pass. */
  const goingOn = new Set<Duty>();

  function propose(duty: Duty, { name, change }: Proposal, at: number): void {
    if (!proposals.begin(duty, name)) return;
    node.propose(encodeCommand({ ...change, timeMs: at }), ({ kind }) => {
      proposals.end(name);
      if (kind === 'applied') goOn(duty);
    });
  }

  function goOn(duty: Duty): void {
    if (duty.goesOn !== true || goingOn.has(duty)) return;
    goingOn.add(duty);
    defer(() => {
      goingOn.delete(duty);
      if (findLead()?.duties.includes(duty) === true) look([duty], NOBODY);
    });
  }

  function carryOut(duty: Duty, action: Call | Proposal, { timeMs: at }: Moment): void {
    switch (action.kind) {
      case 'propose':
        propose(duty, action, at);
        return;
      case 'call':
        if (action.asLeader === true) callAsLeader(duty, action);
        else call(duty, action);
        return;
    }
  }

  function call(duty: Duty, { name, to, request }: Call): void {
    calls.call(to, request, (answer) => {
      duty.answered?.(name, answer);
      goOn(duty);
    });
  }

  /** One that was stopped for a while leads no more, and need not know yet. */
  function callAsLeader(duty: Duty, action: Call): void {
    const { term } = node.status();
    node.read(({ kind }) => {
      // A follower's reads are confirmed by who leads now.
      if (kind === 'ready' && findLead()?.term === term) call(duty, action);
      else duty.answered?.(action.name, { kind: 'unreachable' });
    });
  }

  /** Whether it leads, and its state shows what others led it to. */
  function findLead(): Lead | undefined {
    const { phase, role, term, lastLog, applied } = node.status();
    if (phase !== 'running' || role !== 'leader' || !isChangeKnown(node)) {
      lead = undefined;
      return undefined;
    }
    if (lead?.term !== term) lead = { term, from: lastLog, duties: parts.duties() };
    // A state that was read from disk again may still lack what this very process has seen to.
    return applied < lead.from ? undefined : lead;
  }

  function look(duties: readonly Duty[], heard: Moment['heard']): void {
    const { row, range } = node;
    const records = viewRecords(row, range);
    const at = Math.floor(timeMs());
    const moment = { row, range, records, heard, nowMs: nowMs(), timeMs: at };
    for (const duty of duties) {
      for (const action of duty.look(moment)) carryOut(duty, action, moment);
    }
  }

  return {
    pass: () => {
      const heard = heartbeats.take();
      const found = findLead();
      if (found !== undefined) look(found.duties, heard);
    },
  };
}

/** By their names, whose duty each is: those of an earlier lead may still be under way. */
function createProposalsUnderWay() {
  const duties = new Map<string, Duty>();
  const counts = new Map<Duty, number>();
  return {
    /** Whether it may be made now. */
    begin: (duty: Duty, name: string): boolean => {
      const count = counts.get(duty) ?? 0;
      if (duties.has(name) || count >= PROPOSALS_MAX) return false;
      duties.set(name, duty);
      counts.set(duty, count + 1);
      return true;
    },
    end: (name: string): void => {
      const duty = duties.get(name);
      if (duty === undefined) return;
      duties.delete(name);
      const left = (counts.get(duty) ?? 0) - 1;
      if (left > 0) counts.set(duty, left);
      else counts.delete(duty);
    },
  };
}

const NOBODY: Moment['heard'] = { nodes: new Set(), reached: new Set(), connectors: new Set() };

/** A member that does not know a command would stop. */
const isChangeKnown = ({ row }: Pick<Node, 'row'>): boolean =>
  activeVersion(row) >= COMMAND_VERSION_MAX;
