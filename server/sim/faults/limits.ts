/**
 * What the injector may do: the limits of what consensus can promise. Beyond them a violation would
 * be a false alarm; up to them everything goes.
 *
 * Clocks. Under trust `lease` a leader concludes from its own clock that a promise still holds on
 * others' clocks. Rates stay within the lease margin in every run that may ever trust leases (see
 * `Settings.driftMax`). A jump ends a promise at once, so no clock jumps while some core has a
 * configuration with leases, nor until the promises made under it have run out. Pauses are fair:
 * a clock that goes on while its process does not is just a slow process.
 *
 * Wiped directories. An empty directory is a new member; the old one has crashed for ever. That
 * never endangers safety, whoever held what: whoever can still be elected needs a quorum, and that
 * quorum shares a voter with the one that holds a committed entry. But a cluster that lost a quorum
 * stops for ever. So the voters that are left must be a quorum of every configuration that may
 * decide anything: the one committed last, and all those that may follow it.
 *
 * Rotten states. Nobody can be brought in line by a member whose state has rotted, however complete
 * its log was before it was cut: until it has been rebuilt, others go as if it were lost. Nor are
 * voters demoted until those that are wrong are half of them: then what is wrong is right.
 *
 * Older copies. A member whose directory is put back has forgotten what it said. Fair is only what
 * it said without consequence:
 *  - its term and vote are those it has now, or it could vote twice;
 *  - every entry that it holds now and will not hold then is committed, or a leader could still
 *    count its acknowledgement;
 *  - those entries are on the disks of a quorum without it, or a quorum with it could elect
 *    a leader that lacks them. A quorum of which configuration? Of every one in which the member
 *    votes and that any directory may still believe to be in force: a member that never heard that
 *    it was removed, and its old friends, elect each other by the configuration they know. What the
 *    copy itself believes needs no look: while it lacks those entries it wins no election.
 * Later losses of other members are judged by what is on disks then, so they add up correctly.
 * Until it holds its entries again such a member is as good as lost: a leader that remembers its
 * acknowledgements leaves it alone until the operator replaces it.
 */
import type { StoredLog } from '../../ports/log-store.ts';
import type { Configuration } from '../../raft/membership/configuration.ts';
import { isVoter, votersOf } from '../../raft/membership/configuration.ts';
import { decodeConfiguration } from '../../raft/membership/configuration-codec.ts';
import type { Index, LogPosition, Term } from '../../raft/ids.ts';
import { termAt } from '../../raft/log/term-runs.ts';
import { quorumFloor } from '../../raft/membership/quorum.ts';
import type { LogContent } from '../../storage/memory/log-content.ts';
import { outlineLog } from '../../storage/memory/log-content.ts';
import { copyDisk, durableLog, durablePosition } from '../../storage/memory/memory-disk.ts';
import type { DiskCopy, MemoryDisk } from '../../storage/memory/memory-disk.ts';
import { isRotten, ROT, rottable } from '../clients/compared-state.ts';
import { memberOn } from '../world/hints.ts';
import type { Host } from '../world/host.ts';
import { isCommitted, possibleConfigurations, trustsLeases } from './ledger.ts';
import { hostOf, nowMs } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** Whether a clock may jump now. */
export function mayJump(world: World): boolean {
  const { ledger, plan } = world;
  for (const placed of ledger.kept.values()) if (trustsLeases(placed)) return false;
  // By far: promises begin when a message arrives, and clocks run at different rates.
  return nowMs(world) - ledger.leaseSeenMs > 4 * plan.settings.core.electionTimeoutMs;
}

/** Whether the cluster can do without this host's directory, and all that are lost already, for ever. */
export const maySpare = (world: World, host: Host, planned: readonly Configuration[]): boolean =>
  othersDecide(world, [host], [...possibleConfigurations(world.ledger), ...planned]);

/**
 * Whether a state may rot now: one alone, so that a majority of three or more is right, and one that the
 * others can do without, so that they can rebuild it. Who rots while
 * another one is rotten is believed by nobody, or worse, by a majority.
 */
export function mayRot(world: World, host: Host, planned: readonly Configuration[]): boolean {
  const { hosts, ledger } = world;
  const { committed } = ledger;
  const deciding = committed === undefined ? [] : [committed.configuration, ...planned];
  return (
    deciding.length > 0 &&
    deciding.every((each) => votersOf(each).length >= 3) &&
    !hosts.some(({ directory }) => hasRotten(directory.disk)) &&
    areDispensable(world, [host])
  );
}

/** Whether a majority of the voters has the right state, whatever configuration decides. */
export const mayAgree = (world: World): boolean =>
  possibleConfigurations(world.ledger).every((each) => wouldAgree(world, each));

/** Whether a majority of the voters of `configuration` has the right state. */
export function wouldAgree(world: World, { members, outgoing }: Configuration): boolean {
  const directories = new Map(members.map(({ id, directory }) => [id, directory]));
  const voters = members.filter(({ standing }) => standing === 'voter').map(({ id }) => id);
  return [voters, outgoing].every((ids) => {
    const wrong = ids.filter((id) => !isRight(world, directories.get(id) ?? ''));
    return wrong.length === 0 || 2 * wrong.length < ids.length;
  });
}

/** Whether the state on a disk is not what every member must have. */
export const hasRotten = ({ state }: MemoryDisk): boolean =>
  [state.base, state.live].some(
    ({ damaged, rows }) =>
      damaged.size > 0 || rottable(rows).some((key) => isRotten(key, rows.get(key) ?? ROT)),
  );

/** Whether the other voters can go on without these hosts, for a while. */
export const areDispensable = (world: World, hosts: readonly Host[]): boolean =>
  othersDecide(world, hosts, possibleConfigurations(world.ledger));

function othersDecide(
  world: World,
  hosts: readonly Host[],
  configurations: readonly Configuration[],
): boolean {
  const without = new Set(hosts.map(({ directory }) => directory.name));
  return configurations.every((configuration) =>
    isQuorum(
      configuration,
      (directory) =>
        !without.has(directory) && !isLost(world, directory) && isRight(world, directory),
    ),
  );
}

/** Whether the state in a directory, if it is there, is what every member must have. */
function isRight(world: World, directory: string): boolean {
  const host = hostOf(world, directory);
  return host === undefined || !hasRotten(host.directory.disk);
}

/** Whether the voters that are not lost can decide in `configuration`. */
export const isAlive = (world: World, configuration: Configuration): boolean =>
  isQuorum(configuration, (directory) => !isLost(world, directory));

/** Whether a directory is gone, or an older copy that has not caught up yet. */
export function isLost(world: World, directory: string): boolean {
  if (isGone(world, directory)) return true;
  const forgotten = world.ledger.regressed.get(directory);
  if (forgotten === undefined) return false;
  const host = hostOf(world, directory);
  if (host === undefined || !holds(host.directory.disk, forgotten)) return true;
  world.ledger.regressed.delete(directory);
  return false;
}

/** Whether a directory was thrown away. */
export function isGone(world: World, directory: string): boolean {
  const host = hostOf(world, directory);
  return host?.directory.name !== directory || host.use === 'retired';
}

/**
 * Whether `copy` may be put back on `host` now.
 *
 * @returns where the log ends that is then forgotten; `undefined` if it is not fair.
 */
export function mayPutBack(world: World, host: Host, copy: DiskCopy): LogPosition | undefined {
  const { disk } = host.directory;
  const now = durableLog(disk);
  const then = outlineLog(copy.log);
  const self = memberOn(world, host);
  if (now === undefined || !then.ok || self === undefined) return undefined;
  const { hardState, identity } = now;
  if (hardState === undefined || then.value.hardState === undefined) return undefined;
  if (identity === undefined || then.value.identity?.member !== identity.member) return undefined;
  if (hardState.term !== then.value.hardState.term) return undefined;
  if (hardState.vote !== then.value.hardState.vote) return undefined;

  const last = lastPosition(now);
  if (containsPosition(then.value, last)) return last;
  if (!isCommitted(world.ledger, last)) return undefined;
  const held = (directory: string): boolean => {
    if (directory === host.directory.name || isLost(world, directory)) return false;
    if (!isRight(world, directory)) return false;
    const other = hostOf(world, directory);
    return other !== undefined && holds(other.directory.disk, last);
  };
  const fair = believedConfigurations(world)
    .filter((configuration) => isVoter(configuration, self))
    .every((configuration) => isQuorum(configuration, held));
  return fair ? last : undefined;
}

function isQuorum(configuration: Configuration, has: (directory: string) => boolean): boolean {
  const having = new Set(
    configuration.members.filter(({ directory }) => has(directory)).map(({ id }) => id),
  );
  return quorumFloor(configuration, (id) => (having.has(id) ? 1 : 0)) === 1;
}

/** Every configuration that some directory has, or may have after a restart, in force. */
function believedConfigurations(world: World): readonly Configuration[] {
  const believed = [...possibleConfigurations(world.ledger)];
  for (const host of world.hosts) {
    if (host.use === 'retired') continue;
    const { name, disk } = host.directory;
    for (const { configuration } of world.ledger.kept.get(name) ?? []) believed.push(configuration);
    believed.push(durablePosition(disk).configuration, ...loggedConfigurations(copyDisk(disk).log));
  }
  return believed;
}

const loggedConfigurations = ({ entries }: LogContent): readonly Configuration[] =>
  [...entries.values()]
    .filter((entry) => entry.kind === 'configuration')
    .map((entry) => decodeConfiguration(entry.data));

/** Whether a committed entry, and everything before it, is on this disk for certain. */
function holds(disk: MemoryDisk, position: LogPosition): boolean {
  if (durablePosition(disk).index >= position.index) return true;
  const log = durableLog(disk);
  return log !== undefined && containsPosition(log, position);
}

const containsPosition = (log: StoredLog, { index, term }: LogPosition): boolean =>
  index <= log.base.index || termIn(log, index) === term;

const lastPosition = (log: StoredLog): LogPosition => ({
  index: log.last,
  term: termIn(log, log.last) ?? log.base.term,
});

const termIn = ({ base, terms, last }: StoredLog, index: Index): Term | undefined =>
  termAt({ base, runs: terms, last }, index);
