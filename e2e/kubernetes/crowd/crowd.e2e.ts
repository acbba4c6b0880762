/** `npm run e2e:crowd`, for a moment. */
import { join } from 'node:path';
import { runBriefly } from '../../processes/brief-run.ts';

const PROGRAM = join(import.meta.dirname, 'main.ts');

describe('One process of the operator', () => {
  it('keeps several clusters within its memory', () =>
    runBriefly(PROGRAM, '--clusters', '5', '--change-seconds', '5', '--rest-seconds', '2'));
});
