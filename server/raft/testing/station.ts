/** A member with a disk and a state, as far as a transcript needs them: a list of applied commands. */
import { decodeConfiguration } from '../membership/configuration-codec.ts';
import type { Configuration } from '../membership/configuration.ts';
import { start } from '../core.ts';
import type { Install, Persist } from '../effect.ts';
import { entryBytes, type Entry } from '../entry.ts';
import type { HardState } from '../hard-state.ts';
import { ORIGIN, toIndex, toTerm, type Index, type LogPosition, type MemberId } from '../ids.ts';
import type { Options } from '../options.ts';
import type { Raft } from '../raft.ts';
import type { SnapshotPosition } from '../snapshot-position.ts';
import { runsOf, text } from './value.ts';

/** Everything up to a position, applied. */
export interface Snapshot {
  readonly position: SnapshotPosition;
  readonly commands: readonly string[];
}

export interface Station {
  readonly id: MemberId;
  /** Undefined while crashed. */
  raft: Raft | undefined;
  /** Applied, in memory. */
  state: Snapshot;
  /** Asked for, and not on disk yet, in order. */
  writes: (Persist | Install)[];
  /** Writes wait until they are told to go on. */
  held: boolean;
  /** Delivered beside the announcement, by sender. */
  readonly received: Map<MemberId, Snapshot>;
  readonly disk: { hardState: HardState; base: LogPosition; entries: Entry[]; state: Snapshot };
}

/** A member that has nothing but a log, and has applied none of it. */
export function createStation(
  id: MemberId,
  configuration: Configuration,
  entries: readonly Entry[] = [],
  term = 0,
): Station {
  const position = { ...ORIGIN, configuration, configurationIndex: ORIGIN.index };
  const state = { position, commands: [] };
  const hardState = { term: toTerm(term), vote: undefined };
  const disk = { hardState, base: ORIGIN, entries: [...entries], state };
  return { id, raft: undefined, state, writes: [], held: false, received: new Map(), disk };
}

/** Starts a core from the disk; what was in memory is gone. */
export function boot(station: Station, options: Options, nowMs: number): void {
  const { disk, id } = station;
  station.state = disk.state;
  station.writes = [];
  station.received.clear();
  const behind = disk.entries.filter((entry) => entry.index > disk.state.position.index);
  const log = {
    base: disk.base,
    terms: runsOf(disk.entries),
    last: lastOf(disk.entries, disk.base),
  };
  const { hardState } = disk;
  const found = { id, hardState, state: disk.state.position, log, entries: behind };
  station.raft = start({ ...found, seed: id * 7919 }, options, nowMs);
}

/** Puts a write on the disk. */
export function write(station: Station, effect: Persist | Install): void {
  const { disk } = station;
  if (effect.kind === 'install') {
    const snapshot = station.received.get(effect.from);
    if (snapshot === undefined) return;
    disk.state = snapshot;
    const { index, term } = snapshot.position;
    disk.base = { index, term };
    disk.entries = [];
    station.state = snapshot;
    return;
  }
  disk.hardState = effect.hardState ?? disk.hardState;
  const first = effect.entries[0];
  if (first === undefined) return;
  disk.entries = [...disk.entries.filter((entry) => entry.index < first.index), ...effect.entries];
}

/** Applies committed entries. */
export function apply(station: Station, entries: readonly Entry[]): void {
  for (const { kind, index, term, data } of entries) {
    const { position, commands } = station.state;
    station.state = {
      position:
        kind === 'configuration'
          ? { index, term, configuration: decodeConfiguration(data), configurationIndex: index }
          : { ...position, index, term },
      commands: kind === 'command' ? [...commands, text(data)] : commands,
    };
  }
}

/** Makes what is applied durable. */
export function checkpoint(station: Station): void {
  station.disk.state = station.state;
}

/** Deletes the log through a position. */
export function compact(station: Station, through: LogPosition): void {
  station.disk.base = { index: through.index, term: through.term };
  station.disk.entries = station.disk.entries.filter((entry) => entry.index > through.index);
}

/** Entries behind `after`: one at least if there is one, else as many as fit. */
export function readLog(station: Station, after: Index, bytesMax: number): readonly Entry[] {
  const entries: Entry[] = [];
  let bytes = 0;
  for (const entry of station.disk.entries) {
    if (entry.index <= after) continue;
    bytes += entryBytes(entry);
    if (bytes > bytesMax && entries.length > 0) break;
    entries.push(entry);
  }
  return entries[0]?.index === after + 1 ? entries : [];
}

const lastOf = (entries: readonly Entry[], base: LogPosition): Index =>
  toIndex(entries.at(-1)?.index ?? base.index);
