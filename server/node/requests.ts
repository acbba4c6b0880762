import type { Clock, Defer } from '../ports/clock.ts';
import type { Refusal } from '../raft/effect.ts';
import type { Call, Calls } from './calls.ts';
import type { Desks } from './desks.ts';
import type { Phase } from './lifecycle.ts';
import type { Node } from './node.ts';
import type { Run } from './run.ts';

export interface RequestParts {
  readonly clock: Clock;
  readonly defer: Defer;
  readonly calls: Calls;
  readonly requestTimeoutMs: number;
  readonly phase: () => Phase;
}

/** What callers ask of a node: goes to the core that runs, or is turned away. */
export function createRequests(
  parts: RequestParts,
): Pick<Node, 'change' | 'compact' | 'propose' | 'read' | 'rebuild' | 'transfer'> {
  const { clock, defer, calls, requestTimeoutMs, phase } = parts;

  function ask<Outcome>(
    done: (outcome: Outcome | { kind: 'refused'; refusal: Refusal }) => void,
    late: Outcome,
    put: (desks: Desks, call: Call<Outcome>, run: Run) => void,
  ): void {
    const now = phase();
    if (now.kind !== 'running') {
      const refusal = refusalIn(now);
      defer(() => done({ kind: 'refused', refusal }));
      return;
    }
    // A caller may rely on it that nothing comes back before the call itself has returned.
    let returned = false;
    const answer: typeof done = (outcome) => {
      if (returned) done(outcome);
      else defer(() => done(outcome));
    };
    const call = calls.open(answer, late, clock.nowMs() + requestTimeoutMs);
    put(now.run.desks, call, now.run);
    returned = true;
  }

  return {
    propose: (command, done) =>
      ask(done, { kind: 'unknown' }, (desks, call) => desks.proposals.propose(command, call)),
    read: (done) => ask(done, { kind: 'timeout' }, (desks, call) => desks.barriers.read(call)),
    change: (expected, changes, done) =>
      ask(done, { kind: 'unknown' }, (desks, call) =>
        desks.changes.change(expected, changes, call),
      ),
    compact: (done) => ask(done, { kind: 'unknown' }, (_desks, call, run) => run.compact(call)),
    rebuild: (member, done) => {
      const now = phase();
      if (now.kind === 'running') now.run.rebuild(member, done);
      else defer(() => done(false));
    },
    transfer: (to, done) =>
      ask(done, { kind: 'unknown' }, (desks, call) => desks.transfers.transfer(to, call)),
  };
}

/** Why a node without a core turns a call away. */
function refusalIn(phase: Exclude<Phase, { kind: 'running' }>): Refusal {
  switch (phase.kind) {
    case 'opening':
    case 'waiting':
    case 'joining':
      return { reason: 'notLeader', leader: undefined };
    case 'reopening':
    case 'refused':
    case 'broken':
    case 'stopped':
      return { reason: 'halted' };
  }
}
