import type { NodeStatus } from '../node/node.ts';
import { findingsOf, judge } from './divergence-verdict.ts';
import type { Remedy } from './divergence-verdict.ts';

/** What a person has to know of states that differ, as long as it lasts. */
export interface DivergenceAlarm {
  readonly name: 'state_diverged';
  readonly message: string;
}

/** What a leader knows of the states of all members. */
export function divergenceAlarms(status: NodeStatus): readonly DivergenceAlarm[] {
  const findings = findingsOf(status);
  const verdict = findings && judge(findings);
  switch (verdict?.kind) {
    case undefined:
    case 'equal':
      return [];
    case 'undecided': {
      const message = `No majority of the voters has the same state at index ${verdict.index}: nobody can tell which is right, and nothing was changed. Save a snapshot of every member, compare them, and add members anew from the one that is right.`;
      return [{ name: 'state_diverged', message }];
    }
    case 'wrong': {
      const members = verdict.wrong.join(', ');
      const message = `The state of member ${members} at index ${verdict.index} is not that of the majority. ${remedyText(verdict.remedy)} The alarm ends by itself.`;
      return [{ name: 'state_diverged', message }];
    }
  }
}

function remedyText(remedy: Remedy): string {
  switch (remedy.kind) {
    case 'transfer':
      return `Leadership goes to member ${remedy.to} first.`;
    case 'rebuild':
      return `Member ${remedy.member} gets a snapshot of the leader.`;
    case 'wait':
      return `It is not replaced yet: ${remedy.why}.`;
  }
}
