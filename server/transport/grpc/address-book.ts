import type { AddressBook, Announcement } from '../../ports/address-book.ts';

/** Most directories of either origin: whoever says hello is written down, so there is a bound. */
const DIRECTORIES_MAX = 1024;

/** An address book in memory. Beyond 1024 directories those are forgotten that were told of longest ago. */
export function createAddressBook(): AddressBook {
  const heard = new Map<string, Announcement>();
  const replicated = new Map<string, Announcement>();
  return {
    find: (directory) => heard.get(directory) ?? replicated.get(directory),
    heard: (announcement) => note(heard, announcement),
    replicated: (announcement) => note(replicated, announcement),
  };
}

function note(entries: Map<string, Announcement>, announcement: Announcement): void {
  // Deleted first, so that the map stays in the order of news.
  entries.delete(announcement.directory);
  entries.set(announcement.directory, announcement);
  const [oldest] = entries.keys();
  if (entries.size > DIRECTORIES_MAX && oldest !== undefined) entries.delete(oldest);
}
