/**
 * Writes a capture of RobustMQ v0.4.11 as it is kept in `testdata`:
 *
 *   node e2e/replay/pack.ts < captured.json > e2e/replay/testdata/NAME.gz
 *
 * A capture is `{ about, calls }`, and each of its calls has `t` (when it began, in seconds), `to`
 * (`meta`, or `broker ID`), `rpc`, `request` and `replies` (messages in hexadecimal), and `status` and
 * `message` (as they are in trailers) if it failed. Kept is one line of JSON for each, compressed.
 */
import { json } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

interface Captured {
  readonly calls: readonly unknown[];
}

const BEST = 9;

const { calls } = (await json(process.stdin)) as Captured;
const lines = calls.map((call) => `${JSON.stringify(call)}\n`).join('');
process.stdout.write(gzipSync(lines, { level: BEST }));
