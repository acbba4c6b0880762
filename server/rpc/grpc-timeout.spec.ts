import assert from 'node:assert/strict';
import { parseTimeoutMs } from './grpc-timeout.ts';

describe('A grpc-timeout', () => {
  for (const [text, ms] of [
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['3S', 3_000],
    ['250m', 250],
    ['1500u', 2],
    ['1n', 1],
    ['0S', 0],
    ['99999999H', 2 ** 31 - 1],
    ['', undefined],
    ['5', undefined],
    ['S', undefined],
    ['-1S', undefined],
    ['123456789S', undefined],
    ['1x', undefined],
  ] as const) {
    it(`"${text}" is ${String(ms)} ms`, () => {
      assert.equal(parseTimeoutMs(text), ms);
    });
  }
});
