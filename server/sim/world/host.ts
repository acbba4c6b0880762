/** A machine of the simulated cluster: one data directory at a time, and at most one process on it. */
import type { Heartbeats } from '../../controllers/brokers/heartbeats.ts';
import type { WillCourier } from '../../controllers/brokers/will-courier.ts';
import type { PushController } from '../../controllers/pushes/push-controller.ts';
import type { Node } from '../../node/node.ts';
import type { Applied } from '../../ports/machine.ts';
import type { Raft } from '../../raft/raft.ts';
import type { MemoryDisk } from '../../storage/memory/memory-disk.ts';
import type { RowsHash } from '../../codec/rows-hash.ts';
import type { Task } from './event-queue.ts';
import type { LocalClock } from './local-clock.ts';
import type { Actor } from '../observation.ts';
import type { Prng } from '../prng.ts';

/** What is wrong with a disk at the moment. */
export interface DiskFaults {
  /** Operations take this much longer. */
  slowness: number;
  /** Nothing is answered before this virtual time. */
  stuckUntilUs: number;
  /** So many of the next writes fail … */
  failing: number;
  /** … but are found on disk at the next open. */
  written: boolean;
  /** Writes fail for want of space. */
  full: boolean;
}

/** A disk that is as fast as disks are, and fails at nothing. */
export const faultlessDisk = (): DiskFaults => ({
  slowness: 1,
  stuckUntilUs: 0,
  failing: 0,
  written: false,
  full: false,
});

/** What is on a host's disk, from when it was empty until it is thrown away. */
export interface Directory {
  /** Its UUID; a readable one. */
  readonly name: string;
  readonly disk: MemoryDisk;
  readonly prng: Prng;
  /** Processes started on it. */
  incarnations: number;
}

/** One start of the driver. */
export interface Process {
  readonly host: Host;
  readonly actor: Actor;
  readonly node: Node;
  readonly clock: LocalClock;
  /** False once it is gone: whatever still reaches it does nothing. */
  alive: boolean;
  /** It was asked to end. */
  stopping: boolean;
  /** How many pauses hold it. While any does, what arrives waits in `inbox`. */
  pauses: number;
  inbox: Task[];
  /** It ends by a crash at so many port calls from now. */
  callsLeft: number;
  /** Ends it when `callsLeft` runs out. */
  whenCallsEnd: Task | undefined;
  /** Of all rows it has applied. */
  readonly hash: RowsHash;
  /** Brokers that it has heard, should it lead. */
  readonly heartbeats: Heartbeats;
  /** What it knows of wills, should it lead. */
  readonly wills: WillCourier;
  /** Tells brokers what changes, should it lead; undefined in runs without any. */
  readonly pushes: PushController | undefined;
  /** What the command did that was applied last; forgotten once it was observed. */
  lastApplied: Applied | undefined;
  /** Its core, once it runs; live. */
  raft: Raft | undefined;
  /** Called when the process is gone: whoever waits for it waits in vain. */
  readonly mourners: Set<Task>;
}

export interface Host {
  readonly slot: number;
  directory: Directory;
  /** Directories it has had. */
  generations: number;
  readonly diskFaults: DiskFaults;
  spaceLow: boolean;
  /** Local milliseconds per millisecond of virtual time; outlives the process. */
  rate: number;
  process: Process | undefined;
  /** Counts the times its process was ended: a restart planned before the last is void. */
  ends: number;
  /** `used`: its directory has been, or may have been, added to the cluster. */
  use: 'spare' | 'used' | 'retired';
}
