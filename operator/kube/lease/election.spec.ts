import { ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { afterRead, afterWrite, leads, mayWrite, newCandidate } from './election.ts';
import type { Candidate, LeaseRecord } from './election.ts';

const TIMINGS = { leaseMs: 15_000, renewMs: 10_000, retryMs: 2_000 };

const record = (holder: string, renewTime: string, version = '1'): LeaseRecord => ({
  ...{ holder, renewTime, transitions: 0, leaseSeconds: 15, resourceVersion: version },
});

describe('a candidate', () => {
  const me = newCandidate('me');

  it('takes a Lease that nobody has', () => {
    strictEqual(mayWrite(afterRead(me, undefined, 0), 0), true);
    strictEqual(mayWrite(afterRead(me, record('', 'a'), 0), 0), true);
  });

  it('takes one of another only when it saw it unchanged for its whole time', () => {
    let seen = afterRead(me, record('other', 'a'), 1_000);
    seen = afterRead(seen, record('other', 'a'), 9_000);
    strictEqual(mayWrite(seen, 15_999), false);
    strictEqual(mayWrite(seen, 16_000), true);
    strictEqual(mayWrite(afterRead(seen, record('other', 'b'), 15_999), 30_998), false);
  });

  it('leads from before its write was begun, and no longer than it may', () => {
    const leading = afterWrite(me, record('me', 'a'), 1_000, TIMINGS);
    strictEqual(leads(leading, 10_999), true);
    strictEqual(leads(leading, 11_000), false);
  });

  it('leads no more when it reads that another one holds it', () => {
    const leading = afterWrite(me, record('me', 'a'), 1_000, TIMINGS);
    strictEqual(leads(afterRead(leading, record('other', 'b'), 1_500), 1_500), false);
    strictEqual(leads(afterRead(leading, record('me', 'b'), 1_500), 1_500), true);
  });
});

/** What happens in a run: who acts, for how long its call is on its way, and how much time passes before. */
const STEP = fc.record({
  who: fc.nat(2),
  passMs: fc.nat(9_000),
  call: fc.constantFrom('works', 'is lost', 'works, and its answer is lost'),
  /** The process stands still between its decision and its write. */
  stopsMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(40_000)),
});

describe('several candidates', () => {
  it('never lead at the same time, whoever stands still and whatever is lost', () => {
    fc.assert(
      fc.property(fc.array(STEP, { maxLength: 60 }), (steps) => {
        let nowMs = 0;
        let lease: LeaseRecord | undefined;
        let version = 0;
        const all: Candidate[] = ['a', 'b', 'c'].map(newCandidate);
        const leaders = (): number => all.filter((each) => leads(each, nowMs)).length;
        for (const { who, passMs, call, stopsMs } of steps) {
          nowMs += passMs;
          const before = all[who]!;
          const read = before.leadsUntilMs === undefined;
          const candidate = read ? afterRead(before, lease, nowMs) : before;
          all[who] = candidate;
          if (!mayWrite(candidate, nowMs)) continue;
          const begunMs = nowMs;
          nowMs += stopsMs;
          ok(leaders() <= 1, 'while one stands still');
          const same = lease?.resourceVersion === candidate.seen?.resourceVersion;
          if (call === 'is lost' || !same) {
            all[who] = afterRead(candidate, lease, nowMs);
            continue;
          }
          version += 1;
          lease = record(candidate.identity, `${version}`, `${version}`);
          all[who] =
            call === 'works'
              ? afterWrite(candidate, lease, begunMs, TIMINGS)
              : afterRead(candidate, lease, nowMs);
          ok(leaders() <= 1, 'after a write');
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
