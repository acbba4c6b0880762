/** Lays out data directories, whose disks are as fast and as faithful as their hosts let them be. */
import type { DiskFate, DiskOperation, DiskPolicy } from '../../storage/memory/disk-policy.ts';
import { createMemoryDisk } from '../../storage/memory/memory-disk.ts';
import { schedule } from './event-queue.ts';
import type { Directory, DiskFaults, Host } from './host.ts';
import { faultlessDisk } from './host.ts';
import { countCall } from './port-calls.ts';
import type { Prng } from '../prng.ts';
import { createPrng } from '../prng.ts';
import { deliver, note, nowMs, observe } from './world.ts';
import type { World } from './world.ts';

/** Adds the host of the next slot, with an empty directory and no process. */
export function addHost(world: World): Host {
  const host: Omit<Host, 'directory'> = {
    slot: world.hosts.length,
    generations: 0,
    diskFaults: faultlessDisk(),
    spaceLow: false,
    rate: 1,
    process: undefined,
    ends: 0,
    use: 'spare',
  };
  const whole: Host = Object.assign(host, { directory: createDirectory(world, host as Host) });
  world.hosts.push(whole);
  return whole;
}

/** Gives the host a new, empty directory in place of the one it has. No process may run on it. */
export function replaceDirectory(world: World, host: Host): void {
  host.directory = createDirectory(world, host);
}

/** Lets the host's disk answer nothing for so long. */
export function stickDisk(world: World, host: Host, forMs: number): void {
  world.coverage.fault.diskStuck += 1;
  note(world, host.directory.name, () => `disk stuck for ${forMs} ms`);
  host.diskFaults.stuckUntilUs = world.queue.nowUs + forMs * 1_000;
}

function createDirectory(world: World, host: Host): Directory {
  host.generations += 1;
  const name = `h${host.slot}.${host.generations}`;
  const prng = createPrng(world.plan.seed, `disk ${name}`);
  const disk = createMemoryDisk({
    policy: createPolicy(world, host, prng),
    onLogDurable: (log) => {
      observe(world, { kind: 'durable', atMs: nowMs(world), directory: name, log });
    },
    chunkBytesMax: world.plan.settings.chunkBytesMax,
  });
  return { name, disk, prng, incarnations: 0 };
}

function createPolicy(world: World, host: Host, prng: Prng): DiskPolicy {
  return {
    submit: (operation, complete) => {
      const { process, diskFaults } = host;
      if (process === undefined || !countCall(process)) return;
      const fate = drawFate(world, diskFaults, operation, prng);
      const { nowUs } = world.queue;
      const durationUs = drawDurationUs(world, operation, prng) * diskFaults.slowness;
      const delayUs = Math.max(0, diskFaults.stuckUntilUs - nowUs) + durationUs;
      schedule(world.queue, delayUs, () => {
        deliver(world, process, () => {
          if (fate !== 'done') {
            note(
              world,
              process.actor.directory,
              () => `disk ${operation.store} ${operation.kind} ${fate}`,
            );
          }
          complete(fate);
        });
      });
    },
  };
}

function drawFate(
  { coverage: { fault } }: World,
  faults: DiskFaults,
  { kind }: DiskOperation,
  prng: Prng,
): DiskFate {
  if (kind === 'close') return 'done';
  if (faults.failing > 0) {
    faults.failing -= 1;
    if (kind !== 'write') return 'failed';
    fault[faults.written ? 'writeFailedButWritten' : 'writeFailed'] += 1;
    return faults.written ? 'failedButWritten' : 'failed';
  }
  // What is short may still find a gap in a file.
  if (faults.full && (kind === 'write' || kind === 'stage') && prng.chance(0.8)) {
    fault.diskFull += 1;
    return 'full';
  }
  return 'done';
}

/**
 * Disks as slow as some runs have them are a fault, and end with the others: with a window of one
 * entry a member takes minutes to catch up, longer than any time to converge in.
 */
const HEALTHY_SYNC_US_MAX = 3_000;

function drawDurationUs(
  { plan: { settings }, healed }: World,
  operation: DiskOperation,
  prng: Prng,
): number {
  switch (operation.kind) {
    case 'write':
      return prng.between(
        settings.syncUsMin,
        healed ? Math.min(settings.syncUsMax, HEALTHY_SYNC_US_MAX) : settings.syncUsMax,
      );
    case 'open':
      return prng.between(500, 5_000);
    case 'close':
      return prng.between(50, 500);
    case 'read':
    case 'stage':
    case 'chunk':
      return prng.between(20, 300);
  }
}
