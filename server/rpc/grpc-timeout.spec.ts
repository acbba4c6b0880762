import assert from 'node:assert/strict';
import { parseTimeoutMs } from './grpc-timeout.ts';

/** What a client says, and how long that is in ms. */
const TIMEOUTS: readonly (readonly [text: string, ms: number | undefined])[] = [
  ['1H', 3_600_000],
  ['2M', 120_000],
  ['3S', 3_000],
  ['250m', 250],
  ['1500u', 2],
  ['1n', 1],
  ['0m', 0],
  ['99999999m', 99_999_999],
  ['99999999H', 2 ** 31 - 1],
  ['123456789m', undefined],
  ['m', undefined],
  ['10', undefined],
  ['10x', undefined],
  ['-1S', undefined],
  ['1.5S', undefined],
  [' 1S', undefined],
  ['', undefined],
];

describe('A grpc-timeout', () => {
  for (const [text, ms] of TIMEOUTS) {
    it(`of ${JSON.stringify(text)} is ${ms ?? 'not understood'}`, () => {
      assert.equal(parseTimeoutMs(text), ms);
    });
  }
});
