import { copyDisk, restore } from '../../storage/memory/memory-disk.ts';
import type { DiskCopy } from '../../storage/memory/memory-disk.ts';
import { stickDisk } from '../directory.ts';
import { crashProcess, restartIn } from '../ending.ts';
import { discard } from '../fleet.ts';
import type { Directory, Host, Process } from '../host.ts';
import { forget } from '../ledger.ts';
import { mayPutBack, maySpare } from '../limits.ts';
import { plannedConfigurations } from '../operator.ts';
import { after, deliver, note, nowMs, observe } from '../world.ts';
import type { World } from '../world.ts';
import type { Performers, Scene } from './scene.ts';
import { resolve } from './scene.ts';

export const DISK_ACTIONS: Performers<
  'slowDisk' | 'stuckDisk' | 'failWrites' | 'fillDisk' | 'putBack' | 'wipe'
> = {
  slowDisk: (scene, { target, factor, forMs }) =>
    withDisk(scene, target, (process, host) => {
      const { world } = scene;
      world.coverage.fault.diskSlow += 1;
      note(world, process.actor.directory, () => `disk slower by ${factor} for ${forMs} ms`);
      host.diskFaults.slowness = factor;
      after(world, forMs, () => {
        host.diskFaults.slowness = 1;
      });
    }),

  stuckDisk: (scene, { target, forMs }) =>
    withDisk(scene, target, (_process, host) => {
      stickDisk(scene.world, host, forMs);
    }),

  failWrites: (scene, { target, count, written }) =>
    withDisk(scene, target, (_process, host) => {
      host.diskFaults.failing = count;
      host.diskFaults.written = written;
    }),

  fillDisk: (scene, { target, fullAfterMs, forMs }) =>
    withDisk(scene, target, (_process, host) => {
      const { world } = scene;
      world.coverage.fault.spaceLow += 1;
      tellSpace(world, host, true);
      after(world, fullAfterMs, () => {
        host.diskFaults.full = host.spaceLow;
      });
      after(world, fullAfterMs + forMs, () => {
        host.diskFaults.full = false;
        tellSpace(world, host, false);
      });
    }),

  putBack: (scene, { target, ageMs, downMs }) =>
    withDisk(scene, target, (process, host) => {
      const { directory } = host;
      const copy = copyDisk(directory.disk);
      note(scene.world, process.actor.directory, () => 'directory copied');
      after(scene.world, ageMs, () => {
        tryPutBack(scene, host, directory, copy, downMs, PUT_BACK_TRIES);
      });
    }),

  wipe: (scene, { target, downMs }) => {
    const process = resolve(scene, target);
    if (process === undefined) return false;
    const { world, operator } = scene;
    const { host } = process;
    const fair =
      world.ledger.joined.has(host.directory.name) &&
      maySpare(world, host, plannedConfigurations(operator));
    if (!fair) return false;
    world.coverage.fault.directoryWiped += 1;
    discard(world, host, () => {
      restartIn(world, host, downMs);
    });
    return true;
  },
};

/** A copy is fair to put back only at some moments; the next is waited for, a little. */
const PUT_BACK_TRIES = 40;
const PUT_BACK_PAUSE_MS = 25;

function withDisk(
  scene: Scene,
  target: Parameters<typeof resolve>[1],
  act: (process: Process, host: Host) => void,
): boolean {
  const process = resolve(scene, target);
  if (process === undefined) return false;
  act(process, process.host);
  return true;
}

/** Changes what the host's process knows about its disk space. */
function tellSpace(world: World, host: Host, low: boolean): void {
  host.spaceLow = low;
  const { process } = host;
  if (process === undefined) return;
  deliver(world, process, () => {
    process.node.storageSpace(low);
  });
}

function tryPutBack(
  scene: Scene,
  host: Host,
  directory: Directory,
  copy: DiskCopy,
  downMs: number,
  tries: number,
): void {
  const { world } = scene;
  if (world.healed || host.directory !== directory || host.use !== 'used') return;
  const { process } = host;
  const forgotten = process?.alive === true ? mayPutBack(world, host, copy) : undefined;
  if (process === undefined || forgotten === undefined) {
    if (tries === 0) return;
    after(world, PUT_BACK_PAUSE_MS, () => {
      tryPutBack(scene, host, directory, copy, downMs, tries - 1);
    });
    return;
  }
  crashProcess(world, process, { mode: 'power', keepSeed: 0 }, () => {
    const { name, disk } = directory;
    world.coverage.fault.olderCopyPutBack += 1;
    note(world, name, () => `older copy put back, forgets …${forgotten.index}@${forgotten.term}`);
    observe(world, { kind: 'replaced', atMs: nowMs(world), directory: name, by: 'olderCopy' });
    forget(world.ledger, name, forgotten);
    restore(disk, copy);
    restartIn(world, host, downMs);
  });
}
