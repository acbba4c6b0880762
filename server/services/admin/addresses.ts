import type { Announcement } from '../../ports/address-book.ts';
import type { AdminParts } from './parts.ts';

/** How the process on a directory is reached, if that is known; this very process always is. */
export function announcementOf(
  { book, self }: Pick<AdminParts, 'book' | 'self'>,
  directory: string,
): Announcement | undefined {
  const own = self();
  return own.directory === directory ? own : book.find(directory);
}
