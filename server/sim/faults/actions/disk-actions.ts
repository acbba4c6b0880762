import type { Target } from '../action.ts';
import { ROT, rottable } from '../../clients/compared-state.ts';
import { alterRow, copyDisk, damageRow, restore } from '../../../storage/memory/memory-disk.ts';
import type { DiskCopy } from '../../../storage/memory/memory-disk.ts';
import { stickDisk } from '../../world/directory.ts';
import { crashProcess, restartIn } from '../../world/ending.ts';
import { discard } from '../../operator/fleet.ts';
import type { Directory, Host } from '../../world/host.ts';
import { forget } from '../ledger.ts';
import { mayPutBack, mayRot, maySpare } from '../limits.ts';
import { plannedConfigurations } from '../../operator/operator.ts';
import { after, deliver, note, nowMs, observe, running } from '../../world/world.ts';
import type { World } from '../../world/world.ts';
import type { Performers, Scene } from './scene.ts';
import { resolve } from './scene.ts';

export const DISK_ACTIONS: Performers<
  'slowDisk' | 'stuckDisk' | 'failWrites' | 'fillDisk' | 'putBack' | 'rot' | 'wipe'
> = {
  slowDisk: (scene, { target, factor, forMs }) =>
    withDisks(scene, target, (host) => {
      const { world } = scene;
      world.coverage.fault.diskSlow += 1;
      note(world, host.directory.name, () => `disk slower by ${factor} for ${forMs} ms`);
      host.diskFaults.slowness = factor;
      after(world, forMs, () => {
        host.diskFaults.slowness = 1;
      });
    }),

  stuckDisk: (scene, { target, forMs }) =>
    withDisks(scene, target, (host) => {
      stickDisk(scene.world, host, forMs);
    }),

  failWrites: (scene, { target, count, written }) =>
    withDisks(scene, target, (host) => {
      host.diskFaults.failing = count;
      host.diskFaults.written = written;
    }),

  fillDisk: (scene, { target, fullAfterMs, forMs }) =>
    withDisks(scene, target, (host) => {
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
    withDisks(scene, target, (host) => {
      const { directory } = host;
      const copy = copyDisk(directory.disk);
      note(scene.world, directory.name, () => 'directory copied');
      after(scene.world, ageMs, () => {
        tryPutBack(scene, host, directory, copy, downMs, PUT_BACK_TRIES);
      });
    }),

  rot: (scene, { target, nth, how }) => {
    const process = resolve(scene, target);
    const planned = plannedConfigurations(scene.operator);
    if (process === undefined || !mayRot(scene.world, process.host, planned)) return false;
    const { world } = scene;
    const { name, disk } = process.host.directory;
    const keys = rottable(disk.state.live.rows);
    const key = keys[nth % keys.length];
    if (key === undefined) return false;
    world.coverage.fault.stateRotted += 1;
    note(world, name, () => `row ${key} rots (${how})`);
    observe(world, { kind: 'rotted', atMs: nowMs(world), directory: name, by: 'fault' });
    if (how === 'checksum') damageRow(disk, key);
    else alterRow(disk, key, ROT, how === 'hashToo');
    return true;
  },

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

/** Does something to the disk of the target, or of everyone. */
function withDisks(scene: Scene, target: Target | 'all', act: (host: Host) => void): boolean {
  const one = target === 'all' ? undefined : resolve(scene, target);
  const processes = target === 'all' ? running(scene.world) : one === undefined ? [] : [one];
  for (const { host } of processes) act(host);
  return processes.length > 0;
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
