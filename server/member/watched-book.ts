import type { AddressBook, Announcement } from '../ports/address-book.ts';

/** An address book that tells when somebody is found elsewhere than before. */
export function watchBook(book: AddressBook, changed: () => void): AddressBook {
  const note = (write: (announcement: Announcement) => void) => (announcement: Announcement) => {
    const before = book.find(announcement.directory);
    write(announcement);
    const now = book.find(announcement.directory);
    if (before?.clientAddress !== now?.clientAddress || before?.peerAddress !== now?.peerAddress) {
      changed();
    }
  };
  return {
    find: (directory) => book.find(directory),
    heard: note((announcement) => book.heard(announcement)),
    replicated: note((announcement) => book.replicated(announcement)),
  };
}
