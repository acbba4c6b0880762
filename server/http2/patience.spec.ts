import assert from 'node:assert/strict';
import { encodeFrame, FLAG, FRAME } from './frame.ts';
import {
  answer,
  createHarness,
  data,
  ping,
  REQUEST,
  request,
  reset,
  settings,
  window,
} from './testing/harness.ts';

const PADDED_NOTHING = encodeFrame(FRAME.data, FLAG.padded, 1, Buffer.of(0));

/** What a client sends over and over, and never has a use; `at` counts from 0. */
const FLOODS: readonly (readonly [name: string, flood: (at: number) => Buffer])[] = [
  ['requests that are taken back', (at) => Buffer.concat([request(3 + 2 * at), reset(3 + 2 * at)])],
  ['pings', () => ping()],
  ['settings', () => settings()],
  ['empty frames', () => data(1, 0)],
  ['frames with nothing but padding', () => PADDED_NOTHING],
  ['priorities', () => encodeFrame(FRAME.priority, 0, 1, Buffer.alloc(5))],
  ['windows that open by little', () => window(0, 1)],
  ['frames of a kind that is not known', () => encodeFrame(0xee, 0, 0, Buffer.alloc(0))],
  ['headers that are no request', (at) => request(3 + 2 * at, true, REQUEST.subarray(1))],
  ['requests that have ended before', () => request(1)],
];

describe('A client that makes work without use', () => {
  for (const [name, flood] of FLOODS) {
    it(`is cut off: ${name}`, () => {
      const { connection, receive, events, sent } = createHarness();
      const isOld = name.includes('before');
      receive(request(1, isOld), ...(isOld ? [reset(1)] : []));
      // Its hello was one, and its reset another.
      const allowed = 10_000 - (isOld ? 2 : 1);
      for (let at = 0; at < allowed; at += 1) receive(flood(at));
      assert.deepEqual(
        events().filter((line) => line.startsWith('failed')),
        [],
      );
      sent();
      receive(flood(allowed));
      assert.match(events().at(-1) ?? '', /^failed enhanceYourCalm: /);
      assert.match(sent().at(-1) ?? '', /enhanceYourCalm$/);
      assert.equal(connection.streams(), 0);
    });
  }

  it('may do it as often as time passes', () => {
    const { connection, receive, events } = createHarness();
    for (let at = 0; at < 30_000; at += 1) {
      receive(ping());
      if (at % 1_000 === 0) connection.relax();
    }
    assert.deepEqual(events(), []);
  });

  it('may do it as often as it is answered', () => {
    const { connection, receive, events } = createHarness();
    for (let at = 0; at < 20_000; at += 1) {
      receive(ping(), request(2 * at + 1));
      connection.send(2 * at + 1, answer(0));
    }
    assert.equal(events().length, 20_000);
  });
});
