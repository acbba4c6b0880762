import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs the program as if on that version of Node. */
function startOn(version: string) {
  const pretend = `Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;
  const args = [
    '--import',
    `data:text/javascript,${pretend}`,
    join(import.meta.dirname, 'start.ts'),
  ];
  return spawnSync(process.execPath, [...args, '--help'], { encoding: 'utf8' });
}

describe('The built program', () => {
  it('starts on no older Node than it is built for, and says so in one sentence', () => {
    for (const version of ['18.20.8', '20.20.2', '22.22.0']) {
      const { status, stderr, stdout } = startOn(version);
      assert.equal(status, 1, stdout);
      assert.match(
        stderr,
        /^robustmq-meta needs Node 24 or newer, and the node on PATH \(.*\) is /,
      );
      assert.equal(stderr.trim().split('\n').length, 1);
    }
  });

  it('says which version it is', () => {
    const args = [join(import.meta.dirname, 'start.ts'), '--version'];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it('starts on that, and on newer ones', () => {
    for (const version of ['24.0.0', '26.1.0']) {
      const { status, stdout } = startOn(version);
      assert.equal(status, 0);
      assert.match(stdout, /Usage: robustmq-meta/);
    }
  });
});
