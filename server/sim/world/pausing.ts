/** Pauses of a process: it handles nothing, and what arrives waits. Its clock goes on. */
import { scheduleSoon } from './event-queue.ts';
import type { Process } from './host.ts';
import { after, deliver, note } from './world.ts';
import type { World } from './world.ts';

/** Pauses a process for this long; pauses may overlap. */
export function pauseProcess(world: World, process: Process, forMs: number): void {
  process.pauses += 1;
  note(world, process.actor.directory, () => `paused for ${forMs} ms`);
  after(world, forMs, () => {
    if (process.pauses > 0) resume(world, process, process.pauses - 1);
  });
}

/** Ends all pauses of a process. */
export function resumeProcess(world: World, process: Process): void {
  if (process.pauses > 0) resume(world, process, 0);
}

function resume(world: World, process: Process, pauses: number): void {
  process.pauses = pauses;
  if (pauses > 0) return;
  note(world, process.actor.directory, () => `resumed, ${process.inbox.length} waiting`);
  for (const task of process.inbox.splice(0)) {
    scheduleSoon(world.queue, () => {
      deliver(world, process, task);
    });
  }
}
