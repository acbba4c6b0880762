/** Data directories without a process, as candidates. */
import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Candidate, Place, Usable } from '../cli/candidates/candidate.ts';
import type { Survivor } from '../cli/candidates/single-voter.ts';
import { StorageError } from '../ports/outcome.ts';
import { toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import { examine, recover } from '../recovery/recover.ts';
import type { Holdings } from '../recovery/recover.ts';
import { createLevelStorage } from '../storage/level/level-storage.ts';
import { nextSteps } from './next-steps.ts';

/** Looks into every directory; changes nothing but what any start would. */
export async function lookIntoDirectories(paths: readonly string[]): Promise<readonly Candidate[]> {
  const all: Candidate[] = [];
  for (const path of paths) all.push(await look({ kind: 'directory', name: path }));
  return all;
}

async function look(place: Place): Promise<Candidate> {
  try {
    // Whoever opens a missing directory would make one.
    await access(join(place.name, 'directory.json'));
  } catch {
    return { kind: 'unusable', place, why: 'it is no data directory', reached: false };
  }
  try {
    return usable(place, await examine(createLevelStorage(place.name)));
  } catch (error) {
    return { kind: 'unusable', place, why: whyNot(error), reached: true };
  }
}

function whyNot(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  // That nothing was changed is said once, of all places.
  const told = why.replace(/\.? Nothing was changed\.$/, '');
  const isInUse = error instanceof StorageError && error.code === 'locked';
  return isInUse ? `${told}; or name the endpoint of its process instead` : told;
}

const usable = (place: Place, holdings: Holdings): Usable => ({
  kind: 'usable',
  place,
  cluster: holdings.cluster,
  member: holdings.member,
  directory: holdings.directory,
  term: holdings.term,
  last: holdings.last,
  applied: holdings.applied.index,
  leader: 0,
  members: holdings.configuration.members.map(({ id, standing }) => ({
    ...{ id, standing, peerAddress: '' },
  })),
  outgoing: holdings.configuration.outgoing,
});

/**
 * Makes a directory the single voter of a new cluster, unless anything has happened to it since.
 *
 * @param incident names what happened; may be empty.
 * @throws StorageError
 */
export async function recoverDirectory(
  { place, member, last }: Usable,
  incident: string,
): Promise<Survivor> {
  const chosen = {
    member: toMemberId(member),
    last: { term: toTerm(last.term), index: toIndex(last.index) },
  };
  const stores = createLevelStorage(place.name);
  const survivor = await recover(stores, chosen, randomUUID(), incident);
  return { ...survivor, text: nextSteps(place.name, survivor.cluster, survivor.member) };
}
