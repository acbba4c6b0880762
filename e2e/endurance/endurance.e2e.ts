/** `npm run endurance`, for a moment. */
import { join } from 'node:path';
import { runBriefly } from '../processes/brief-run.ts';

const PROGRAM = join(import.meta.dirname, 'main.ts');

describe('A cluster under load with kills', () => {
  it('keeps what it acknowledged, its handles and the bound of its log', () =>
    runBriefly(
      PROGRAM,
      '--minutes',
      '0.6',
      '--warm-up-minutes',
      '0.1',
      '--writes-per-second',
      '300',
      '--growth-max-mib',
      '600',
    ));
});
