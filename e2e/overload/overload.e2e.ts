/** `npm run e2e:overload`, for a moment. */
import { join } from 'node:path';
import { runBriefly } from '../processes/brief-run.ts';

const PROGRAM = join(import.meta.dirname, 'main.ts');

describe('A member in 512 MiB', () => {
  it('outlives clients that misbehave, and answers meanwhile', () =>
    runBriefly(PROGRAM, '--seconds', '5', '--percent', '10'));
});
