import assert from 'node:assert/strict';
import { createSilence } from './silence.ts';

describe('silence', () => {
  const ONE = new Map([['1@1', '1']]);
  const NOBODY: ReadonlySet<string> = new Set();

  /** Passes every half second; returns after how many ms the first is given up, if within a minute. */
  function givenUpAfter(
    expected: (ms: number) => ReadonlyMap<string, string>,
    heard: (ms: number) => ReadonlySet<string>,
    clock: (ms: number) => number = (ms) => ms,
  ): number | undefined {
    const silence = createSilence({ timeoutMs: 30_000, strideMsMax: 1_000 });
    for (let ms = 0; ms <= 60_000; ms += 500) {
      if (silence.pass(expected(ms), heard(ms), clock(ms)).length > 0) return ms;
    }
    return undefined;
  }
  const always = () => ONE;
  const never = () => NOBODY;
  const everyThreeSeconds = (ms: number) => (ms % 3_000 === 0 ? new Set(['1']) : NOBODY);

  for (const [name, after, expected, heard, clock] of [
    ['who is never heard is given up when its time is over', 30_000, always, never],
    ['who beats is not', undefined, always, everyThreeSeconds],
    [
      'from when it was heard last',
      39_000,
      always,
      (ms: number) => everyThreeSeconds(ms > 9_000 ? 1 : ms),
    ],
    [
      'a life that begins has all its time',
      50_000,
      (ms: number) => (ms < 20_000 ? ONE : new Map([['1@2', '1']])),
      never,
    ],
    [
      'a clock that jumps by an hour takes no more than a stride',
      29_500,
      always,
      never,
      (ms: number) => (ms < 10_000 ? ms : ms + 3_600_000),
    ],
    [
      'a process that stood still does not blame who beats',
      undefined,
      always,
      everyThreeSeconds,
      (ms: number) => (ms < 10_000 ? ms : ms + 30_000),
    ],
    [
      'a clock that goes back takes nothing',
      30_500,
      always,
      never,
      (ms: number) => (ms < 10_000 ? ms : ms - 3_600_000),
    ],
  ] as const) {
    it(name, () => assert.equal(givenUpAfter(expected, heard, clock), after));
  }
});
