/** `npm run replay`, whole. */
import { join } from 'node:path';
import { runBriefly } from '../processes/brief-run.ts';

const PROGRAM = join(import.meta.dirname, 'main.ts');

describe('What brokers were captured to call', () => {
  it('is answered, and told on, as the original does', () => runBriefly(PROGRAM));
});
