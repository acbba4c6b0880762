/** `npm run replay`, whole: most of its time it waits for timers, as the captured brokers did. */
import { join } from 'node:path';
import { runBriefly } from '../processes/brief-run.ts';

const PROGRAM = join(import.meta.dirname, 'main.ts');
const LIMIT_MS = 420_000;

describe('What brokers were captured to call', () => {
  it('is answered, and told on, as the original does', () => runBriefly(PROGRAM)).timeout(LIMIT_MS);
});
