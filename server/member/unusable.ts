/** What settings name is not always to be had: addresses, files. */
import type { Key } from '../config/settings.ts';
import { toError } from './to-error.ts';

/** What a person can do, by what the system says. */
const REMEDIES: Readonly<Partial<Record<string, string>>> = {
  EACCES: 'The user of this process may not: give it the right, or choose another.',
  EADDRINUSE: 'Another process listens there: end it, or choose another port.',
  EADDRNOTAVAIL: 'This machine has no such address: choose one of its own, or 0.0.0.0 for all.',
  ENOENT: 'There is no such file: write it first, or name another.',
  ENOTFOUND: 'That name has no address: choose an address of this machine.',
};

type Named = Key | 'tls.peer' | 'tls.client';

/** Does what needs the value of a setting; what it throws is told as `unusable` does. */
export function using<T>(setting: Named, begin: () => T): T {
  try {
    return begin();
  } catch (error) {
    return unusable(setting)(error);
  }
}

/** Throws what was thrown again, with the setting in whose value the cause is, and what to do. */
export const unusable =
  (setting: Named) =>
  (thrown: unknown): never => {
    const error = toError(thrown);
    const root = error.cause instanceof Error ? error.cause : error;
    const remedy = 'code' in root ? REMEDIES[String(root.code)] : undefined;
    const what = root === error ? error.message : `${error.message}: ${root.message}`;
    throw new Error([`${setting}: ${what}`, ...(remedy === undefined ? [] : [remedy])].join('. '), {
      cause: error,
    });
  };
