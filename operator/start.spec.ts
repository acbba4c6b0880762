import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs the operator as if on that version of Node. */
function startOn(version: string) {
  const pretend = `Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;
  const args = [
    '--import',
    `data:text/javascript,${pretend}`,
    join(import.meta.dirname, 'start.ts'),
  ];
  return spawnSync(process.execPath, [...args, '--help'], { encoding: 'utf8' });
}

describe('The built operator', () => {
  it('starts on no older Node than it is built for, and says so in one sentence', () => {
    const { status, stderr, stdout } = startOn('22.22.0');
    assert.equal(status, 1, stdout);
    assert.match(
      stderr,
      /^robustmq-operator needs Node 24 or newer, and the node on PATH \(.*\) is /,
    );
    assert.equal(stderr.trim().split('\n').length, 1);
  });

  it('starts on that', () => {
    const { status, stdout } = startOn('24.0.0');
    assert.equal(status, 0);
    assert.match(stdout, /Usage: robustmq-operator/);
  });
});
