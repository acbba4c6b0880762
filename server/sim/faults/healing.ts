/** The end of all faults, and what the cluster must have come to some time after. */
import { isJoint } from '../../raft/membership/configuration.ts';
import { areAtRest } from '../brokers/rest.ts';
import type { Clients } from '../clients/client.ts';
import { createRowsHash, formatRowsHash, replaceRow } from '../../codec/rows-hash.ts';
import { rightValue, rottable } from '../clients/compared-state.ts';
import { repairRow } from '../../storage/memory/memory-disk.ts';
import { hasRotten, mayAgree } from './limits.ts';
import { startIfDown } from '../world/ending.ts';
import type { Process } from '../world/host.ts';
import { faultlessDisk } from '../world/host.ts';
import { clearRules } from '../world/links.ts';
import { setRate } from '../world/local-clock.ts';
import type { Operator } from '../operator/operator.ts';
import { isIdle, leaderOf } from '../operator/operator.ts';
import { resumeProcess } from '../world/pausing.ts';
import { after, deliver, hostOf, note, nowMs, observe, running } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** Brokers have this much longer to be told what there is. */
const BROKERS_MS = 10_000;
/** How often is looked whether the cluster has converged. */
const LOOK_EVERY_MS = 50;

/** Ends all faults and starts every process; `finish` comes when the cluster has converged, or too late. */
export function heal(
  world: World,
  operator: Operator,
  clients: Clients,
  finish: (converged: boolean, why: string) => void,
): void {
  const { healMs } = world.plan.settings;
  const untilMs = nowMs(world) + healMs;
  note(world, 'world', () => 'healed');
  observe(world, { kind: 'healed', atMs: nowMs(world), untilMs });
  world.healed = true;
  clearRules(world.links);
  world.ambushes.clear();
  for (const host of world.hosts) {
    Object.assign(host.diskFaults, faultlessDisk());
    host.spaceLow = false;
    host.rate = 1;
    if (host.process !== undefined) recover(world, host.process);
    else if (host.use === 'used') startIfDown(world, host);
  }
  /** What is written for brokers later on is always on its way somewhere. */
  let limitMs = untilMs;
  const look = (): void => {
    repairStates(world);
    const lacking = findLacking(world, operator, clients);
    if (lacking === undefined) limitMs = untilMs + 2 * BROKERS_MS;
    if (clients.served.write && clients.served.read) clients.stopped = true;
    if (
      lacking === undefined &&
      (areBrokersAtRest(world) || nowMs(world) >= untilMs + BROKERS_MS)
    ) {
      for (const broker of world.brokers.values()) broker.comeToRest();
      compareStates(world);
      finish(true, '');
    } else if (lacking !== undefined && nowMs(world) >= limitMs) finish(false, lacking);
    else after(world, LOOK_EVERY_MS, look);
  };
  after(world, LOOK_EVERY_MS, look);
}

function areBrokersAtRest(world: World): boolean {
  if (world.brokers.size === 0) return true;
  const leader = leaderOf(world);
  return leader !== undefined && areAtRest(world, leader);
}

function recover(world: World, process: Process): void {
  process.callsLeft = Infinity;
  setRate(process.clock, world.queue.nowUs, 1);
  resumeProcess(world, process);
  deliver(world, process, () => {
    process.node.storageSpace(false);
  });
}

/**
 * Where changes of the members, or a snapshot that was sent before anybody compared, took the majority
 * from the right state, nobody could tell: a person puts it right, however late that happens.
 */
function repairStates(world: World): void {
  if (mayAgree(world)) return;
  for (const { directory } of world.hosts) {
    if (!hasRotten(directory.disk)) continue;
    note(world, directory.name, () => 'rotten rows repaired');
    for (const key of rottable(directory.disk.state.live.rows)) {
      repairRow(directory.disk, key, rightValue(key));
    }
  }
}

/** What the cluster still lacks; `undefined` when it has converged. */
function findLacking(world: World, operator: Operator, clients: Clients): string | undefined {
  const leader = leaderOf(world);
  if (leader === undefined) return `no leader: ${describe(world)}`;
  const { configuration, configurationIndex, commit, applied } = leader.node.status();
  if (configuration === undefined || isJoint(configuration) || configurationIndex > commit) {
    return `a membership change is not finished: ${describe(world)}`;
  }
  if (!isIdle(operator, configuration)) return `a lost member is not replaced: ${describe(world)}`;
  if (!clients.served.write) return `no client write succeeded: ${describe(world)}`;
  if (!clients.served.read) return `no client read succeeded: ${describe(world)}`;
  for (const { id, directory } of configuration.members) {
    const process = hostOf(world, directory)?.process;
    if (process?.actor.directory !== directory)
      return `member ${id} does not run: ${describe(world)}`;
    const status = process.node.status();
    if (status.applied !== applied || status.applied !== commit) {
      return `member ${id} has not applied what the leader has: ${describe(world)}`;
    }
    if (process !== leader && status.role === 'leader') return `two leaders: ${describe(world)}`;
    if (world.plan.settings.compareMs === undefined) continue;
    if (status.durable !== applied) return `member ${id} has not flushed: ${describe(world)}`;
    if (hasRotten(process.host.directory.disk) || status.damage !== undefined) {
      return `the state of member ${id} is wrong: ${describe(world)}`;
    }
  }
  return undefined;
}

function compareStates(world: World): void {
  if (world.plan.settings.compareMs === undefined) return;
  const states = running(world)
    .filter(({ host }) =>
      world.ledger.committed?.configuration.members.some(
        ({ directory }) => directory === host.directory.name,
      ),
    )
    .map(({ host: { directory } }) => {
      const { hash, rows } = directory.disk.state.live;
      const recomputed = createRowsHash();
      for (const [key, value] of rows) replaceRow(recomputed, key, undefined, value);
      return {
        directory: directory.name,
        hash: formatRowsHash(hash),
        recomputed: formatRowsHash(recomputed),
      };
    });
  observe(world, { kind: 'compared', atMs: nowMs(world), states });
}

function describe(world: World): string {
  return running(world)
    .map(({ actor, node }) => {
      const { phase, role, term, commit, applied, lastLog, error } = node.status();
      const problem = error === undefined ? '' : ` (${error.message})`;
      return `${actor.directory} ${phase} ${role ?? '-'} t${term} commit ${commit} applied ${applied} last ${lastLog}${problem}`;
    })
    .join('; ');
}
