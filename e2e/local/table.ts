/** What is seen of a local cluster, as a table and as a line. */
import { Role, type Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { showTable } from '../../server/cli/output.ts';
import { roleWord } from '../../server/cli/words.ts';

/** One member at one moment. */
export interface Sample {
  readonly name: string;
  /** undefined: it does not answer. */
  readonly status: Status | undefined;
  /** Memory of its own in MiB; NaN when it cannot be told. */
  readonly rssMiB: number;
  readonly atMs: number;
}

/** One member as it is shown. */
export interface Row {
  readonly name: string;
  readonly id: string;
  readonly role: string;
  readonly term: string;
  readonly commit: string;
  readonly applied: string;
  readonly lag: string;
  readonly writesPerSecond: string;
  readonly rss: string;
}

const NOTHING = '-';
const HEAD = ['MEMBER', 'ID', 'ROLE', 'TERM', 'COMMIT', 'APPLIED', 'LAG', 'WRITES/S', 'RSS'];

/**
 * Rows of all members.
 *
 * @param before the samples of the same members a while ago, from which the rate is told.
 */
export function rowsOf(now: readonly Sample[], before: readonly Sample[]): readonly Row[] {
  const commit = Math.max(0, ...now.map(({ status }) => status?.commitIndex ?? 0));
  return now.map((sample, at) => rowOf(sample, before[at], commit));
}

function rowOf(sample: Sample, before: Sample | undefined, commit: number): Row {
  const { name, status, rssMiB } = sample;
  const rss = Number.isNaN(rssMiB) ? NOTHING : `${Math.round(rssMiB)} MiB`;
  if (status === undefined) {
    const none = { term: NOTHING, commit: NOTHING, applied: NOTHING, lag: NOTHING };
    return { name, id: NOTHING, role: 'unreachable', ...none, writesPerSecond: NOTHING, rss };
  }
  return {
    name,
    id: status.memberId === 0 ? NOTHING : String(status.memberId),
    role: status.role === Role.UNSPECIFIED ? 'none yet' : roleWord(status.role),
    term: String(status.term),
    commit: String(status.commitIndex),
    applied: String(status.appliedIndex),
    lag: String(commit - status.appliedIndex),
    writesPerSecond: rateOf(sample, status, before),
    rss,
  };
}

/** Entries applied: what members write of their own, such as a new term, is among them. */
function rateOf({ atMs }: Sample, status: Status, before: Sample | undefined): string {
  if (before?.status === undefined || atMs <= before.atMs) return NOTHING;
  const entries = status.appliedIndex - before.status.appliedIndex;
  return String(Math.max(0, Math.round((entries * 1_000) / (atMs - before.atMs))));
}

/** For a terminal. */
export const tableOf = (rows: readonly Row[]): string =>
  showTable(
    HEAD,
    rows.map((row) => [
      ...[row.name, row.id, row.role, row.term, row.commit, row.applied, row.lag],
      ...[row.writesPerSecond, row.rss],
    ]),
  );

/** For a file: one line for the whole cluster. */
export const lineOf = (rows: readonly Row[]): string =>
  rows
    .map(({ name, role, term, commit, applied, lag, writesPerSecond, rss }) =>
      role === 'unreachable'
        ? `${name} unreachable`
        : `${name} ${role} term ${term} commit ${commit} applied ${applied} lag ${lag} ${writesPerSecond} writes/s ${rss}`,
    )
    .join(' | ');
