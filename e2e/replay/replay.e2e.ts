/** `npm run replay`, of the capture that is played soonest: most of its time it waits for timers. */
import { join } from 'node:path';
import { runBriefly } from '../processes/brief-run.ts';

const PROGRAM = join(import.meta.dirname, 'main.ts');
const LIMIT_MS = 180_000;

describe('What a broker was captured to call', () => {
  it('is answered, and told on, as the original does', () =>
    runBriefly(PROGRAM, '--capture', 'boot-mqtt-admin')).timeout(LIMIT_MS);
});
