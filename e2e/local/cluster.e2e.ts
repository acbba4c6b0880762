/** `npm run cluster`, as a person uses it: it shows three members, and ends with Ctrl-C. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { takenAddresses, usualPlaces } from '../processes/places.ts';
import { until } from '../processes/until.ts';

const LIMIT_MS = 30_000;

describe('npm run cluster', () => {
  it('shows three members with a leader, and leaves nothing behind after Ctrl-C', async () => {
    const shown = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')]);
    let lines = '';
    shown.stdout.on('data', (piece: Buffer) => (lines += piece.toString()));
    const ended = once(shown, 'exit');
    try {
      await until('all members are shown', LIMIT_MS, () =>
        Promise.resolve(/m1 leader .*\| m2 follower .*\| m3 follower /.test(lines)),
      );
      shown.kill('SIGINT');
      assert.deepEqual(await ended, [0, null]);
    } finally {
      shown.kill('SIGKILL');
    }
    assert.deepEqual(await takenAddresses(usualPlaces(3)), []);
  });
});
