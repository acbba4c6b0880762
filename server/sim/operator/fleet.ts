/** Which hosts are members, spares or leftovers: the hardware side of the operator's work. */
import type { Configuration, Member } from '../../raft/membership/configuration.ts';
import { replaceDirectory } from '../world/directory.ts';
import { crashProcess, startIfDown } from '../world/ending.ts';
import type { Task } from '../world/event-queue.ts';
import type { Host } from '../world/host.ts';
import { forgetDirectory, possibleConfigurations } from '../faults/ledger.ts';
import { isGone, isLost } from '../faults/limits.ts';
import type { Prng } from '../prng.ts';
import { after, hostOf, note, nowMs, observe } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** How long a member may stay behind after an older copy was put back before it is replaced. */
const GRACE_MS = 1_500;

/** Hosts whose directory can be added to the cluster. */
export const spareHosts = (world: World): readonly Host[] =>
  world.hosts.filter(({ use }) => use === 'spare');

/** From now on the host's directory may be added; its process runs. */
export function enlist(world: World, host: Host): void {
  host.use = 'used';
  startIfDown(world, host);
}

/** Ends the host's process and empties its directory; `whenGone` comes soon. It is a spare then. */
export function discard(world: World, host: Host, whenGone: Task): void {
  host.use = 'retired';
  const finish = (): void => {
    const { name } = host.directory;
    note(world, name, () => 'wiped');
    observe(world, {
      kind: 'replaced',
      atMs: nowMs(world),
      directory: name,
      by: 'nothing',
    });
    forgetDirectory(world.ledger, name);
    replaceDirectory(world, host);
    host.use = 'spare';
    whenGone();
  };
  const { process } = host;
  if (process === undefined) finish();
  else crashProcess(world, process, { mode: 'power', keepSeed: 0 }, finish);
}

/** Members of `configuration` whose directories are gone: they are to be replaced. */
export const lostMembers = (world: World, configuration: Configuration): readonly Member[] =>
  configuration.members.filter(({ directory }) => isGone(world, directory));

/** What the operator has decided about directories that were members. */
export interface Leftovers {
  /** Removed, and left running. */
  readonly left: Set<string>;
  /** Alarmed about, and when to replace it. */
  readonly doomed: Set<string>;
}

/** Clears away what is no member any more, and what never became one. */
export function tidy(world: World, leftovers: Leftovers, prng: Prng): void {
  const { ledger } = world;
  if (ledger.committed === undefined) return;
  const named = new Set(
    possibleConfigurations(ledger).flatMap(({ members }) =>
      members.map(({ directory }) => directory),
    ),
  );
  for (const host of world.hosts) {
    const { name } = host.directory;
    if (host.use !== 'used' || named.has(name) || leftovers.left.has(name)) continue;
    if (!ledger.joined.has(name)) {
      // The change that would have brought it was lost: it can be had again, for nobody spoke to it.
      host.use = 'spare';
      continue;
    }
    leftovers.left.add(name);
    const goes = prng.chance(0.7);
    world.coverage.administration[goes ? 'removedStopped' : 'removedLeftRunning'] += 1;
    after(world, goes ? prng.spread(10, 5_000) : 30_000, () => {
      if (host.directory.name === name && host.use === 'used')
        discard(world, host, () => undefined);
    });
  }
}

/** Gives up members a leader will not speak to any more, because an older copy was put back. */
export function giveUpRegressed(
  world: World,
  leftovers: Leftovers,
  configuration: Configuration,
): void {
  for (const { id, directory } of configuration.members) {
    if (!world.ledger.alarmed.has(id) || leftovers.doomed.has(directory)) continue;
    leftovers.doomed.add(directory);
    after(world, GRACE_MS, () => {
      world.ledger.alarmed.delete(id);
      leftovers.doomed.delete(directory);
      const host = hostOf(world, directory);
      if (host?.directory.name !== directory || !isLost(world, directory)) return;
      discard(world, host, () => {
        startIfDown(world, host);
      });
    });
  }
}
