import { strict as assert } from 'node:assert';
import type { Degradation } from '../faults/action.ts';
import { createCoverage } from '../run/coverage.ts';
import type { LinkRule, Links } from './links.ts';
import { addRule, arrivals, clearRules, createLinks, isBlocked, removeRule } from './links.ts';
import { drawSettings } from '../plan/settings.ts';

const create = (): Links =>
  createLinks(1, { ...drawSettings(1, 5), hosts: 4, loss: 0 }, createCoverage());

const always = (): boolean => true;

const degraded = (fault: Degradation, share: number): Links => {
  const links = create();
  addRule(links, { covers: always, does: { fault, share } });
  return links;
};

/** When messages sent one microsecond apart arrive. */
const send = (links: Links, count: number, from = 0, to = 1): readonly (readonly number[])[] =>
  Array.from({ length: count }, (_, at) => arrivals(links, from, to, at));

describe('links between hosts', () => {
  it('deliver every message once, in order, within the latency', () => {
    const links = create();
    const times = send(links, 1_000).map((one) => {
      assert.equal(one.length, 1);
      return one[0]!;
    });
    for (const [at, time] of times.entries()) {
      assert.ok(time >= at + links.settings.latencyUsMin);
      assert.ok(time <= 1_000 + links.settings.latencyUsMax);
      assert.ok(at === 0 || time >= times[at - 1]!);
    }
  });

  it('deliver nothing where they are blocked, one way only if the rule says so', () => {
    const links = create();
    const rule: LinkRule = { covers: (from, to) => from === 0 && to === 1, does: 'block' };
    addRule(links, rule);
    assert.deepEqual(arrivals(links, 0, 1, 0), []);
    assert.equal(arrivals(links, 1, 0, 0).length, 1);
    assert.ok(isBlocked(links, 0, 1));
    removeRule(links, rule);
    assert.equal(arrivals(links, 0, 1, 0).length, 1);
  });

  it('stay blocked while any rule blocks them', () => {
    const links = create();
    const rules: LinkRule[] = [1, 2].map(() => ({ covers: always, does: 'block' }));
    for (const rule of rules) addRule(links, rule);
    removeRule(links, rules[0]!);
    assert.ok(isBlocked(links, 2, 3));
    clearRules(links);
    assert.ok(!isBlocked(links, 2, 3));
  });

  it('lose, double, delay and reorder the share they are told to', () => {
    const lost = send(degraded('loss', 0.3), 1_000).filter((one) => one.length === 0).length;
    assert.ok(lost > 230 && lost < 370, String(lost));

    const doubled = send(degraded('duplicate', 0.3), 1_000).filter((one) => one.length === 2);
    assert.ok(doubled.length > 230 && doubled.length < 370, String(doubled.length));

    const late = degraded('delay', 0.3);
    const times = send(late, 1_000).map((one) => one[0]!);
    assert.ok(Math.max(...times) > 1_000 + late.settings.latencyUsMax);
    assert.ok(times.every((time, at) => at === 0 || time >= times[at - 1]!));

    const mixed = send(degraded('reorder', 0.3), 1_000).map((one) => one[0]!);
    assert.ok(mixed.some((time, at) => at > 0 && time < mixed[at - 1]!));
  });

  it('roll dice of their own: traffic on one does not change another', () => {
    const quiet = degraded('loss', 0.5);
    const busy = degraded('loss', 0.5);
    send(busy, 100, 2, 3);
    assert.deepEqual(send(quiet, 50), send(busy, 50));
  });
});
