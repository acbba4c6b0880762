import assert from 'node:assert/strict';
import { Role, Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { lineOf, rowsOf, tableOf, type Sample } from './table.ts';

const status = (changed: Partial<Status>): Status => ({
  ...Status.decode(new Uint8Array()),
  ...changed,
});

const leader = (appliedIndex: number): Status =>
  status({ memberId: 1, role: Role.LEADER, term: 3, commitIndex: 120, appliedIndex });

describe('what is seen of a local cluster', () => {
  const before: readonly Sample[] = [
    { name: 'm1', status: leader(20), rssMiB: 80, atMs: 1_000 },
    { name: 'm2', status: undefined, rssMiB: NaN, atMs: 1_000 },
  ];
  const now: readonly Sample[] = [
    { name: 'm1', status: leader(120), rssMiB: 80.4, atMs: 3_000 },
    { name: 'm2', status: undefined, rssMiB: NaN, atMs: 3_000 },
    {
      name: 'm3',
      status: status({ memberId: 3, role: Role.FOLLOWER, commitIndex: 110, appliedIndex: 90 }),
      rssMiB: 70,
      atMs: 3_000,
    },
  ];

  it('has rates since the sample before, and lags behind the furthest', () => {
    const [first, , third] = rowsOf(now, before);
    assert.equal(first?.writesPerSecond, '50');
    assert.equal(first.rss, '80 MiB');
    assert.equal(third?.lag, '30');
    assert.equal(third.writesPerSecond, '-');
  });

  it('shows a member that does not answer as that', () => {
    const rows = rowsOf(now, before);
    assert.match(tableOf(rows), /m2 +- +unreachable/);
    assert.match(lineOf(rows), /m2 unreachable \| m3 follower/);
  });
});
