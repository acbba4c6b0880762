import assert from 'node:assert/strict';
import { Metadata, status } from '@grpc/grpc-js';
import { requestNumber } from './request-number.ts';

const read = (...pairs: readonly (readonly [string, string])[]) => {
  const metadata = new Metadata();
  for (const [key, value] of pairs) metadata.add(key, value);
  return requestNumber(metadata);
};

const CLIENT = 'robustmq-client-id';
const REQUEST = 'robustmq-request-id';

describe('The number of a request', () => {
  it('may be missing', () => {
    assert.deepEqual(read(), { ok: true, value: undefined });
  });

  it('is a client and a counting number', () => {
    for (const id of [1, 10, Number.MAX_SAFE_INTEGER]) {
      assert.deepEqual(read([CLIENT, 'b-1.x/y'], [REQUEST, String(id)]), {
        ok: true,
        value: { client: 'b-1.x/y', id },
      });
    }
  });

  for (const [name, key, ...pairs] of [
    ['a client alone', REQUEST, [CLIENT, 'a']],
    ['a number alone', CLIENT, [REQUEST, '1']],
    ['an empty client', CLIENT, [CLIENT, ''], [REQUEST, '1']],
    ['a client with blanks', CLIENT, [CLIENT, 'a b'], [REQUEST, '1']],
    ['a client too long', CLIENT, [CLIENT, 'a'.repeat(129)], [REQUEST, '1']],
    ['two clients', CLIENT, [CLIENT, 'a'], [CLIENT, 'b'], [REQUEST, '1']],
    ['number 0', REQUEST, [CLIENT, 'a'], [REQUEST, '0']],
    ['a number with zeros', REQUEST, [CLIENT, 'a'], [REQUEST, '01']],
    ['a number below 0', REQUEST, [CLIENT, 'a'], [REQUEST, '-1']],
    ['a fraction', REQUEST, [CLIENT, 'a'], [REQUEST, '1.5']],
    ['a number too large', REQUEST, [CLIENT, 'a'], [REQUEST, '9007199254740992']],
    ['no number', REQUEST, [CLIENT, 'a'], [REQUEST, 'x']],
    ['two numbers', REQUEST, [CLIENT, 'a'], [REQUEST, '1'], [REQUEST, '2']],
  ] as const) {
    it(`is not ${name}`, () => {
      const answer = read(...pairs);
      assert(!answer.ok);
      assert.equal(answer.failure.code, status.INVALID_ARGUMENT);
      assert(answer.failure.details.startsWith(`${key}: `), answer.failure.details);
    });
  }
});
