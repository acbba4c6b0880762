import type { StorageError } from '../ports/outcome.ts';
import type { RoleName } from '../raft/effect.ts';
import type { Index, MemberId } from '../raft/ids.ts';
import type { StateReport } from '../raft/message.ts';
import type { StateDigest } from './flusher.ts';

/** Reports kept of each member: one that is behind may say where others were some checks ago. */
const REPORTS_MAX = 8;

/** What this member and, while it leads, the others found where the state was to be compared. */
export interface StateChecks {
  /** This member's own, oldest first. */
  own(): readonly StateReport[];
  /** Those of another member, oldest first. */
  of(member: MemberId): readonly StateReport[];
  /** The own state stood where it was to be compared. */
  checked(digest: StateDigest): void;
  /** What a look at the disk found wrong; undefined: nothing. */
  scrubbed(damage: StorageError | undefined): void;
  damage(): StorageError | undefined;
  /** The own state was replaced: nothing found before counts. */
  replaced(): void;
  /** What to tell the leader. */
  report(): StateReport | undefined;
  heard(member: MemberId, report: StateReport): void;
  /** Who leads next asks anew. */
  roleChanged(role: RoleName): void;
}

/** Nothing is known yet, neither of this member’s state nor of others’. */
export function createStateChecks(): StateChecks {
  const others = new Map<MemberId, readonly StateReport[]>();
  let own: readonly StateReport[] = [];
  let damage: StorageError | undefined;

  function report(): StateReport | undefined {
    const last = own.at(-1);
    return last && damage ? { index: last.index, hash: undefined } : last;
  }

  return {
    own: () => {
      const last = report();
      return last === undefined ? [] : [...own.slice(0, -1), last];
    },
    of: (member) => others.get(member) ?? [],
    checked: (digest) => {
      own = withReport(own, digest);
    },
    scrubbed: (found) => {
      damage = found;
    },
    damage: () => damage,
    replaced: () => {
      own = [];
      damage = undefined;
    },
    report,
    heard: (member, heard) => {
      others.set(member, withReport(others.get(member) ?? [], heard));
    },
    roleChanged: (role) => {
      if (role !== 'leader') others.clear();
    },
  };
}

/** Messages come in any order, any number of times. */
function withReport(reports: readonly StateReport[], report: StateReport): readonly StateReport[] {
  const last = reports.at(-1);
  if (last?.index === report.index && last.hash === report.hash) return reports;
  const byIndex = new Map<Index, StateReport>(reports.map((each) => [each.index, each]));
  byIndex.set(report.index, report);
  return [...byIndex.values()].sort((a, b) => a.index - b.index).slice(-REPORTS_MAX);
}
