/** What the transport tells members about each other's processes: a closed socket is noticed fast. */
import type { MemberId } from '../../raft/ids.ts';
import type { Host, Process } from './host.ts';
import { isBlocked } from './links.ts';
import { createPrng } from '../prng.ts';
import { after, deliver, running } from './world.ts';
import type { World } from './world.ts';

/** The member whose directory is on `host`, if the cluster knows it. */
export function memberOn(world: World, host: Host): MemberId | undefined {
  for (const [member, directory] of world.ledger.directories) {
    if (directory === host.directory.name) return member;
  }
  return undefined;
}

/** Connections to the process of `host` break, wherever the network lets that be seen. */
export function announceGone(world: World, host: Host): void {
  const member = memberOn(world, host);
  if (member === undefined) return;
  for (const process of othersThan(world, host)) {
    if (isBlocked(world.links, host.slot, process.host.slot)) continue;
    world.coverage.fault.connectionLost += 1;
    hint(world, process, member, false);
  }
}

/** The process of `host` answers again, and finds out who else does. */
export function announceBack(world: World, process: Process): void {
  const { host } = process;
  const member = memberOn(world, host);
  if (member === undefined) return;
  for (const other of othersThan(world, host)) {
    if (isBlocked(world.links, host.slot, other.host.slot)) continue;
    world.coverage.fault.connectionRegained += 1;
    hint(world, other, member, true);
  }
  for (const other of world.hosts) {
    const gone = memberOn(world, other);
    if (other === host || other.process !== undefined || gone === undefined) continue;
    if (!isBlocked(world.links, other.slot, host.slot)) hint(world, process, gone, false);
  }
}

/** Tells everyone else that the process of `host` is, or is not, there: whatever is true. */
export function announceFalsely(world: World, host: Host, reachable: boolean): boolean {
  const member = memberOn(world, host);
  if (member === undefined) return false;
  for (const process of othersThan(world, host)) hint(world, process, member, reachable);
  return true;
}

const othersThan = (world: World, host: Host): readonly Process[] =>
  running(world).filter((process) => process.host !== host);

function hint(world: World, process: Process, member: MemberId, reachable: boolean): void {
  const name = `hint ${process.actor.directory} ${member} ${world.queue.nowUs}`;
  const delayMs = createPrng(world.plan.seed, name).spread(100, 20_000) / 1_000;
  after(world, delayMs, () => {
    deliver(world, process, () => {
      process.node.reachable(member, reachable);
    });
  });
}
