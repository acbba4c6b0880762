/** Ends processes, with and without warning, and starts them again. */
import { crash as crashDisk } from '../../storage/memory/memory-disk.ts';
import type { CrashMode } from '../faults/action.ts';
import type { Task } from './event-queue.ts';
import { scheduleSoon } from './event-queue.ts';
import { announceGone } from './hints.ts';
import type { Host, Process } from './host.ts';
import { createPrng } from './prng.ts';
import { startProcess } from './process.ts';
import { after, deliver, note, nowMs, observe } from './world.ts';
import type { World } from './world.ts';

/** Which of the writes under way are found on disk after a crash. */
export interface Remains {
  readonly mode: CrashMode;
  readonly keepSeed: number;
}

/** Ends a process without warning, now; `whenGone` comes after the event being handled. */
export function crashProcess(
  world: World,
  process: Process,
  remains: Remains,
  whenGone: Task,
): void {
  const { disk } = process.host.directory;
  // What its code still writes while this event lasts, it has not written.
  const ends = { log: disk.log.ordinal, state: disk.state.ordinal };
  process.alive = false;
  scheduleSoon(world.queue, () => {
    world.coverage.fault[remains.mode === 'kill' ? 'processKilled' : 'powerLost'] += 1;
    const decide = createDecision(world, remains);
    crashDisk(disk, (write) => write.ordinal <= ends[write.store] && decide(write));
    bury(world, process, `crashed (${remains.mode})`);
    whenGone();
  });
}

/** Ends a process without warning at its `calls`-th call of a port from now. */
export function crashInside(
  world: World,
  process: Process,
  calls: number,
  remains: Remains,
  whenGone: Task,
): void {
  process.callsLeft = calls;
  process.whenCallsEnd = () => {
    world.coverage.fault.crashedInsideStep += 1;
    crashProcess(world, process, remains, whenGone);
  };
}

/** Asks a process to end; nothing if it was asked before. */
export function stopProcess(world: World, process: Process, whenGone: Task): void {
  if (process.stopping) return;
  process.stopping = true;
  note(world, process.actor.directory, () => 'is to stop');
  deliver(world, process, () => {
    process.node.stop(() => {
      if (!process.alive) return;
      process.alive = false;
      world.coverage.fault.processStopped += 1;
      scheduleSoon(world.queue, () => {
        bury(world, process, 'stopped');
        whenGone();
      });
    });
  });
}

/** Starts the host's process in `downMs`, unless it is started, or ended again, before. */
export function restartIn(world: World, host: Host, downMs: number): void {
  const { ends } = host;
  after(world, downMs, () => {
    if (host.ends === ends) startIfDown(world, host);
  });
}

/** Starts the host's process if it has none and is to have one. */
export function startIfDown(world: World, host: Host): void {
  if (host.process === undefined && host.use !== 'retired') startProcess(world, host);
}

type Decision = (write: {
  readonly store: 'log' | 'state';
  readonly ordinal: number;
  readonly inFlight: boolean;
}) => boolean;

/** A killed process keeps what was written, synced or not; power loss takes any of it. */
function createDecision({ coverage: { fault } }: World, { mode, keepSeed }: Remains): Decision {
  const prng = createPrng(keepSeed, 'remains');
  const share = prng.pick([0, 0.5, 0.5, 0.5, 1]);
  const count = { kept: 0, lost: 0 };
  return ({ inFlight }) => {
    const kept = prng.chance(share) || (mode === 'kill' && !inFlight);
    fault[kept ? 'writeKept' : 'writeLost'] += 1;
    count[kept ? 'kept' : 'lost'] += 1;
    if (count.kept > 0 && count.lost > 0) fault.writesPartlyKept += 1;
    return kept;
  };
}

function bury(world: World, process: Process, how: string): void {
  const { host, actor } = process;
  host.process = undefined;
  host.ends += 1;
  process.inbox = [];
  note(world, actor.directory, () => how);
  observe(world, { kind: 'stopped', atMs: nowMs(world), actor });
  announceGone(world, host);
  for (const mourner of process.mourners) mourner();
  process.mourners.clear();
}
