/** `npm run e2e:overload`, for a moment. */
import { join } from 'node:path';
import { runBriefly } from '../processes/brief-run.ts';

const PROGRAM = join(import.meta.dirname, 'main.ts');

/** How fast it answers is shown where nothing else has just kept disks and processors busy. */
const LATE = ['--admin-ms-max', '5000'];

describe('A member in 512 MiB', () => {
  it('outlives clients that misbehave, and answers meanwhile', () =>
    runBriefly(PROGRAM, ...['--seconds', '5', '--percent', '10'], ...LATE));
});
