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

  const refusals: readonly (readonly [status: number, message: string, refused: boolean])[] = [
    [400, 'admission webhook "a" does not support dry run', true],
    [401, 'Unauthorized', false],
    [403, 'pods "a" is forbidden: exceeded quota', true],
    [409, 'the object has been modified', false],
    [422, 'spec.template.spec.tolerations[0].effect: Invalid value', true],
    [429, 'too many requests', false],
    [500, 'Internal error occurred: failed calling webhook "a": connection refused', true],
    [500, 'etcdserver: request timed out', false],
  ];
  for (const [status, message, refused] of refusals) {
    it(`${status} "${message}" is ${refused ? '' : 'not '}about the object`, () => {
      const { code, refusal } = failureOf('PATCH /x', status, JSON.stringify({ message }));
      deepStrictEqual(refusal, refused ? message : undefined);
      if (refused) deepStrictEqual(code, 'refused');
    });
  }

  it('is shown as it is when it is no Status', () => {
    const { message } = failureOf('GET /x', 502, '<html>'.repeat(100));
    deepStrictEqual(message, `GET /x: 502  ${'<html>'.repeat(100).slice(0, 200)}`);
  });
});
