import assert from 'node:assert/strict';
import { createDelivery } from './delivery.ts';

const KIB = 1_024;

describe('Delivery', () => {
  const pings: Buffer[] = [];
  beforeEach(() => pings.splice(0));
  const create = () => createDelivery((payload) => pings.push(payload));
  const latest = (): Buffer => pings.at(-1) ?? assert.fail('no ping');

  it('does not ask about little', () => {
    const delivery = create();
    delivery.wrote(8 * KIB);
    assert.deepEqual([pings.length, delivery.unreadBytes()], [0, 0]);
  });

  it('counts until the client has answered what was asked behind it', () => {
    const delivery = create();
    delivery.wrote(1_000 * KIB);
    delivery.wrote(500 * KIB);
    assert.deepEqual([pings.length, delivery.unreadBytes()], [1, 1_484 * KIB]);
    delivery.answered(latest());
    assert.deepEqual([pings.length, delivery.unreadBytes()], [2, 484 * KIB]);
    assert.deepEqual(delivery.debts(), [`bytes before ${1_500 * KIB} to be read`]);
    delivery.answered(latest());
    assert.deepEqual([pings.length, delivery.unreadBytes()], [2, 0]);
    assert.deepEqual(delivery.debts(), []);
  });

  it('believes no answer that was not asked for', () => {
    const delivery = create();
    delivery.wrote(100 * KIB);
    const first = latest();
    delivery.answered(Buffer.alloc(8));
    assert.equal(delivery.unreadBytes(), 84 * KIB);
    delivery.answered(first);
    delivery.wrote(100 * KIB);
    delivery.answered(first);
    assert.equal(delivery.unreadBytes(), 84 * KIB);
  });
});
