/** `npm run demo`, as the README has it. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { runBriefly } from '../processes/brief-run.ts';

const PROGRAM = join(import.meta.dirname, 'main.ts');
const LIMIT_MS = 600_000;

describe('The demo', () => {
  it('shows a cluster that is created, scaled and broken, and that all of it held', () =>
    runBriefly(PROGRAM, '--name', randomBytes(4).toString('hex'))).timeout(LIMIT_MS);
});
