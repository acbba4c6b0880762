import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { placeOf, socketTo } from './place.ts';
import { UNUSABLE_ADDRESSES } from './testing/unusable-addresses.ts';

describe('A place', () => {
  it('is where an address leads', () => {
    assert.deepEqual(placeOf('127.0.0.1:1228'), { host: '127.0.0.1', port: 1228 });
    assert.deepEqual(placeOf('broker_1.mqtt-x.svc:65535'), {
      host: 'broker_1.mqtt-x.svc',
      port: 65_535,
    });
    assert.deepEqual(placeOf('[::1]:1'), { host: '::1', port: 1 });
    assert.deepEqual(placeOf('[fe80::1%eth0]:1'), { host: 'fe80::1%eth0', port: 1 });
  });

  it('is nowhere for an address that is none', () => {
    for (const address of UNUSABLE_ADDRESSES) assert.equal(placeOf(address), undefined, address);
  });

  it('is connected to without an exception, whatever the address is', async () => {
    for (const address of UNUSABLE_ADDRESSES) {
      const socket = socketTo(address, connect);
      const [error] = (await once(socket, 'error')) as [Error];
      assert.match(error.message, /^nobody can be reached at "/);
    }
    const parts = fc.constantFrom('h', '::', '[', ']', ':', '%', '65536', '1', ' ', '\n', '-', 'é');
    const address = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(parts).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(address, (text) => {
        socketTo(text, connect)
          .on('error', () => undefined)
          .destroy();
      }),
      { numRuns: 500 },
    );
  });
});
