/** Ends processes, with and without warning, and starts them again. */
import type { Remnant } from '../../storage/memory/journal.ts';
import { crash as crashDisk, pending } from '../../storage/memory/memory-disk.ts';
import type { PendingDiskWrite } from '../../storage/memory/memory-disk.ts';
import type { CrashMode } from '../faults/action.ts';
import type { Task } from './event-queue.ts';
import { scheduleSoon } from './event-queue.ts';
import { announceGone } from './hints.ts';
import type { Host, Process } from './host.ts';
import type { Prng } from '../prng.ts';
import { createPrng } from '../prng.ts';
import { startProcess } from './process.ts';
import { after, deliver, note, nowMs, observe, running } from './world.ts';
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
    const begun = pending(disk).filter((write) => write.ordinal <= ends[write.store]);
    const left = drawRemnants(world, remains, begun);
    crashDisk(disk, ({ store, ordinal }) => left.get(`${store} ${ordinal}`) ?? false);
    bury(world, process, `crashed (${remains.mode})`);
    whenGone();
  });
}

/** Power is lost on all hosts but some; each is back after a time of its own. */
export function crashAll(
  world: World,
  { keepSeed, spares }: { readonly keepSeed: number; readonly spares: readonly Host[] },
  drawDownMs: (prng: Prng) => number,
): void {
  const prng = createPrng(keepSeed, 'blackout');
  for (const process of running(world)) {
    if (!process.alive || spares.includes(process.host)) continue;
    const downMs = drawDownMs(prng);
    crashProcess(world, process, { mode: 'power', keepSeed: prng.below(2 ** 32) }, () => {
      restartIn(world, process.host, downMs);
    });
  }
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

/**
 * What a crash leaves of the writes under way. A killed process keeps what was written, synced or not;
 * power loss takes any of it. Of several it is the mixtures that matter.
 */
function drawRemnants(
  { coverage: { fault } }: World,
  { mode, keepSeed }: Remains,
  writes: readonly PendingDiskWrite[],
): ReadonlyMap<string, Remnant> {
  const prng = createPrng(keepSeed, 'remains');
  const share = writes.length > 1 ? 0.5 : prng.pick([0, 0.5, 0.5, 0.5, 1]);
  const left = new Map<string, Remnant>();
  for (const { store, ordinal, inFlight } of writes) {
    const kept = prng.chance(share) || (mode === 'kill' && !inFlight);
    const remnant = kept || (prng.chance(0.5) && 'torn');
    left.set(`${store} ${ordinal}`, remnant);
    fault[remnant === 'torn' ? 'writeTorn' : kept ? 'writeKept' : 'writeLost'] += 1;
  }
  if (new Set([...left.values()].map((one) => one === true)).size > 1) fault.writesPartlyKept += 1;
  return left;
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
