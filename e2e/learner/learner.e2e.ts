/** `npm run e2e:learner`, for a moment. */
import { join } from 'node:path';
import { runBriefly } from '../processes/brief-run.ts';

const PROGRAM = join(import.meta.dirname, 'main.ts');

describe('A learner', () => {
  it('of a small state needs one snapshot, and no election', () =>
    runBriefly(PROGRAM, '--bytes', '32MiB', '--writes-per-second', '500'));
});
