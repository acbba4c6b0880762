/** All volumes, the processes that run on them, and the clusters that they form. */
import type { Prng } from '../../../server/sim/prng.ts';
import { STANDING } from '../../plan/words.ts';
import { createDirectory } from './directory.ts';
import type { Directory } from './directory.ts';
import { configurationIn, electoratesOf, isCaughtUp, stepGroup } from './group.ts';
import type { Group, Up } from './group.ts';

/** Certificates of a process, or of an operator, in PEM. */
export interface Material {
  readonly certificate: string;
  readonly authorities: string;
}

/** A member's process in a pod. */
export interface Process {
  readonly pod: string;
  /** Of the pod: another one may have its name by now. */
  readonly podUid: string;
  readonly node: string;
  readonly directory: Directory;
  readonly ip: string;
  readonly peerAddress: string;
  readonly version: string;
  /** What it proves itself with, as it was loaded last. */
  material: Material;
  /** When its directory is open. */
  readonly opensMs: number;
  /** Once it was told to end. */
  ending?: Ending;
}

/** A process in good order first leaves its peers, and answers for a moment more. */
interface Ending {
  readonly leavesMs: number;
  readonly endsMs: number;
}

/** Since when a member is a healthy voter, or until when it was one. */
interface Health {
  readonly healthy: boolean;
  readonly sinceMs: number;
}

export interface Fleet {
  /** By UID of the volume claim. */
  readonly directories: Map<string, Directory>;
  readonly groups: Map<string, Group>;
  /** By pod. */
  readonly processes: Map<string, Process>;
  /** Directories that reach no other member, by when that ends. */
  readonly isolated: Map<string, number>;
  /** Directories that the operator does not reach, by when that ends. */
  readonly unreachable: Map<string, number>;
  readonly health: Map<string, Health>;
  /** Which incidents were recovered from, and with which directory. */
  readonly recovered: Map<string, string>;
  /** Directories in which a cluster began, in order. */
  readonly founded: string[];
  lastDirectory: number;
  /** So many of the next new directories receive nothing. */
  stuckNext: number;
}

export const createFleet = (): Fleet => ({
  directories: new Map(),
  groups: new Map(),
  processes: new Map(),
  isolated: new Map(),
  unreachable: new Map(),
  health: new Map(),
  recovered: new Map(),
  founded: [],
  lastDirectory: 0,
  stuckNext: 0,
});

/** What is on a volume; the first time, nothing. */
export function directoryOn(fleet: Fleet, volume: string): Directory {
  const known = fleet.directories.get(volume);
  if (known) return known;
  fleet.lastDirectory += 1;
  const directory = createDirectory(`directory-${fleet.lastDirectory}`, fleet.stuckNext > 0);
  fleet.stuckNext = Math.max(0, fleet.stuckNext - 1);
  fleet.directories.set(volume, directory);
  return directory;
}

/** What is on these volumes. */
export const directoriesOn = (
  { directories }: Fleet,
  claims: readonly { readonly metadata: { readonly uid: string } }[],
): readonly Directory[] => claims.flatMap(({ metadata: { uid } }) => directories.get(uid) ?? []);

/** Members of a cluster that run and reach each other. */
export const upOf = (fleet: Fleet, nowMs: number): Up =>
  new Map(
    [...fleet.processes.values()]
      .filter(({ directory, opensMs }) => opensMs <= nowMs && !directory.damaged)
      .filter(({ ending }) => ending === undefined || nowMs < ending.leavesMs)
      .filter(({ directory: { uuid } }) => (fleet.isolated.get(uuid) ?? 0) <= nowMs)
      .map(({ directory }) => [directory.uuid, directory]),
  );

/** Lets time pass. */
export function stepFleet(fleet: Fleet, nowMs: number, stepMs: number, prng: Prng): void {
  const up = upOf(fleet, nowMs);
  for (const group of fleet.groups.values()) {
    // A member of another cluster is none of this one, whatever its configuration says.
    const own = new Map(
      [...up].filter(
        ([, { group: id, removed }]) => !removed && (id === undefined || id === group.id),
      ),
    );
    stepGroup(group, own, nowMs, stepMs, prng);
  }
  noteHealth(fleet, up, nowMs);
}

function noteHealth(fleet: Fleet, up: Up, nowMs: number): void {
  for (const group of fleet.groups.values()) {
    for (const { directory: uuid, standing } of configurationIn(group).members) {
      const directory = up.get(uuid);
      const healthy =
        group.leader !== undefined &&
        standing === STANDING.VOTER &&
        directory?.removed === false &&
        isCaughtUp(group, directory);
      if (fleet.health.get(uuid)?.healthy !== healthy) {
        fleet.health.set(uuid, { healthy, sinceMs: nowMs });
      }
    }
  }
}

/** Whether it was a healthy voter at some time since then, as far as an observer could have seen. */
export function wasHealthySince({ health }: Fleet, uuid: string, sinceMs: number): boolean {
  const known = health.get(uuid);
  return known !== undefined && (known.healthy || known.sinceMs >= sinceMs);
}

/** Whether it has been a healthy voter all the time since then. */
export function isHealthySince({ health }: Fleet, uuid: string, sinceMs: number): boolean {
  const known = health.get(uuid);
  return known !== undefined && known.healthy && known.sinceMs <= sinceMs;
}

/**
 * The cluster in whose configuration this directory is; undefined when it is in none. Not the one that it
 * was a member of before it began another one, nor one that was recovered from before it received anything.
 */
export const groupWith = (fleet: Fleet, { uuid, group: own }: Directory): Group | undefined =>
  [...fleet.groups.values()].find(
    (group) =>
      (own === undefined ? group === currentGroup(fleet) : own === group.id) &&
      configurationIn(group).members.some(({ directory }) => directory === uuid),
  );

/** The cluster as it is now, and not one that it was recovered from. */
export const currentGroup = ({ groups }: Fleet): Group | undefined => [...groups.values()].at(-1);

/** Directories of the voters, those on their way out included. */
export const votersOf = (group: Group): readonly string[] => [
  ...new Set(electoratesOf(group).flat()),
];

/** Takes the process of a pod away; a leader that ends in good order hands over first. */
export function endProcess({ processes, groups }: Fleet, pod: string): void {
  const process = processes.get(pod);
  if (process === undefined) return;
  processes.delete(pod);
  for (const group of groups.values()) {
    if (group.leader === process.directory.uuid) group.leader = undefined;
  }
}
