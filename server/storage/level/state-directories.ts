/** The databases of the state in a data directory, see `data-directory.ts`. */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { corrupt, storageErrorOf } from './storage-error.ts';

export interface StateDirectories {
  /** Number of the one in force. */
  readonly current: number;
  /** Paths of those before it, and of snapshots that were never installed. */
  readonly leftovers: readonly string[];
}

export const statePath = (root: string, number: number): string => join(root, `state.${number}`);

export const stagingPath = (root: string, number: number): string =>
  join(root, `staging.${number}`);

/** Whether that is the name of what `stagingPath` gives. */
export const isStaging = (name: string): boolean => /^staging\.\d+$/.test(name);

/** Throws StorageError. */
export async function findStateDirectories(root: string): Promise<StateDirectories> {
  const names = await readdir(root).catch((error: unknown) => {
    throw storageErrorOf(error, root);
  });
  const numbers = names.flatMap((name) => {
    const number = /^state\.(\d+)$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  if (numbers.length === 0) throw corrupt(root, 'the state is missing');
  const current = Math.max(...numbers);
  const leftovers = [
    ...numbers.filter((number) => number < current).map((number) => statePath(root, number)),
    ...names.filter(isStaging).map((name) => join(root, name)),
  ];
  return { current, leftovers };
}

/** Makes what was created and renamed in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
