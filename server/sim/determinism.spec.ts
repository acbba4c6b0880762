import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPlan } from './run/run.ts';
import { drawPlan } from './plan/schedule.ts';
import { createFullTrace } from './run/trace.ts';

const traceOf = (seed: number, members: number): string => {
  const trace = createFullTrace();
  runPlan(drawPlan(seed, members), { trace });
  return trace.text();
};

describe('a run', () => {
  it('is the same, byte for byte, whenever and wherever its seed is run', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sim-'));
    const file = join(folder, 'trace');
    const main = join(import.meta.dirname, 'main.ts');
    const here = [traceOf(11, 5), traceOf(11, 5)];
    execFileSync(process.execPath, [main, '--seed', '11', '--members', '5', '--trace', file]);
    const elsewhere = readFileSync(file, 'utf8');
    rmSync(folder, { recursive: true });
    assert.ok(here[0]!.length > 1_000_000);
    assert.ok(here[0] === here[1], 'two runs in one process differ');
    assert.ok(here[0] === elsewhere, 'runs in two processes differ');
  }).timeout(180_000);

  it('is another for another seed', () => {
    assert.ok(traceOf(11, 3) !== traceOf(12, 3));
  });

  it('does not change by being traced', () => {
    const plan = drawPlan(13, 5);
    assert.deepEqual(runPlan(plan), runPlan(plan, { trace: createFullTrace() }));
  }).timeout(180_000);

  it('draws as many members as asked for, or some', () => {
    assert.equal(drawPlan(1, 4).settings.members, 4);
    const drawn = new Set(
      Array.from({ length: 50 }, (_, at) => drawPlan(at, undefined).settings.members),
    );
    assert.deepEqual([...drawn].sort(), [1, 2, 3, 4, 5, 6, 7]);
  });
});
