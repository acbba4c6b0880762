import assert from 'node:assert/strict';
import type { Announcement } from '../../ports/address-book.ts';
import { createAddressBook } from './address-book.ts';

const at = (peerAddress: string, directory = 'here'): Announcement => ({
  directory,
  identity: undefined,
  peerAddress,
  clientAddress: '',
  commandVersionMax: 1,
});

describe('an address book in memory', () => {
  it('believes the process itself rather than what was replicated, before and after', () => {
    const book = createAddressBook();
    assert.equal(book.find('here'), undefined);
    book.replicated(at('a:1'));
    assert.deepEqual(book.find('here'), at('a:1'));
    book.heard(at('b:1'));
    book.replicated(at('c:1'));
    assert.deepEqual(book.find('here'), at('b:1'));
  });

  it('forgets those it was told of longest ago when there are too many', () => {
    const book = createAddressBook();
    book.heard(at('a:1', 'first'));
    book.heard(at('a:1', 'second'));
    book.heard(at('a:2', 'first'));
    for (let count = 0; count < 1023; count += 1) book.heard(at('b:1', `other ${count}`));
    assert.deepEqual(book.find('first'), at('a:2', 'first'));
    assert.equal(book.find('second'), undefined);
  });
});
