import { deepStrictEqual } from 'node:assert/strict';
import { failureOf } from './failure.ts';

const ROWS = [
  [400, 'refused'],
  [403, 'refused'],
  [404, 'missing'],
  [409, 'conflict'],
  [410, 'expired'],
  [422, 'refused'],
  [429, 'refused'],
  [500, 'unknown'],
  [504, 'unknown'],
] as const;

describe('an answer that is no success', () => {
  for (const [status, code] of ROWS) {
    it(`${status} is ${code}`, () => {
      const body = JSON.stringify({ kind: 'Status', reason: 'Because', message: 'it is so' });
      const error = failureOf('GET /x', status, body);
      deepStrictEqual([error.code, error.message], [code, `GET /x: ${status} Because it is so`]);
    });
  }

  it('is shown as it is when it is no Status', () => {
    const { message } = failureOf('GET /x', 502, '<html>'.repeat(100));
    deepStrictEqual(message, `GET /x: 502  ${'<html>'.repeat(100).slice(0, 200)}`);
  });
});
