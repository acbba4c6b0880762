/** How a simulated member reaches the caches of brokers: by address, whatever process runs there. */
import type { CacheUpdates } from '../../controllers/pushes/cache-updates.ts';
import { toTerm } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';
import type { Place, Update } from '../observation.ts';
import type { Prng } from '../prng.ts';
import { createPrng } from '../prng.ts';
import type { Process } from '../world/host.ts';
import { after, deliver, note } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { brokerAt } from './address.ts';
import { PUSH_TIMEOUT_MS } from './options.ts';

/** What was seen of the controller that sends. */
interface Seen {
  /** Where a push comes from that an entry told; undefined: it was made for one broker alone. */
  readonly placeOf: (push: Push) => Place | undefined;
  /** The last entry that was applied before its last turn. */
  readonly turnedTo: () => Index;
}

export function createCacheUpdates(
  world: World,
  process: Process,
  { placeOf, turnedTo }: Seen,
): CacheUpdates {
  const { directory, incarnation } = process.actor;
  const prng = createPrng(world.plan.seed, `pushes ${directory} ${incarnation}`);
  const { telling } = world.coverage;
  const arrivesInMs = createWays(world, prng);
  /** Counts what is closed at once: what was sent before arrives no more. */
  let connections = 0;
  let lead = toTerm(0);
  const later = (ms: number, task: () => void): void =>
    after(world, ms, () => deliver(world, process, task));

  function updateOf(records: readonly Push[]): Update {
    if (process.raft?.role.kind === 'leader') lead = process.raft.hardState.term;
    const appliedTo = process.node.status().applied;
    const told = records.map((push) => ({ push, place: placeOf(push) }));
    return { by: process.actor, lead, appliedTo, turnedTo: turnedTo(), records: told };
  }

  return {
    send: (address, records, done) => {
      const mine = connections;
      const update = updateOf(records);
      const fate = world.healed ? 'arrives' : drawFate(prng);
      if (fate !== 'arrives') telling[fate] += 1;
      let waits = true;
      const settle = (acknowledged: boolean): void => {
        if (!waits) return;
        waits = false;
        done(acknowledged);
      };
      later(PUSH_TIMEOUT_MS, () => settle(false));
      if (fate !== 'requestLost') {
        after(world, arrivesInMs(address, fate === 'late'), () => {
          if (mine !== connections) return;
          const took = arrive(world, address, update);
          if (took === undefined) later(WAY_MS, () => settle(false));
          else if (took && fate !== 'replyLost') later(WAY_MS, () => settle(true));
        });
      }
      return () => void (waits = false);
    },
    disconnect: () => void (connections += 1),
  };
}

/** Whether a broker took it; undefined: none runs there. */
function arrive(world: World, address: string, update: Update): boolean | undefined {
  const took = brokerAt(world, address)?.take(update);
  count(world, update, took);
  note(world, update.by.directory, () => {
    const records = update.records.map(({ push: { type, action }, place }) =>
      place === undefined ? `${action} ${type}` : `${action} ${type} ${place.index}.${place.at}`,
    );
    return `told ${address}${took === true ? '' : ' in vain'}: ${records.join(', ')}`;
  });
  return took;
}

function count({ coverage }: World, { records }: Update, took: boolean | undefined): void {
  const { telling } = coverage;
  if (took === undefined) telling.unreachable += 1;
  if (took !== true) return;
  telling.taken += 1;
  for (const { place } of records) telling[place === undefined ? 'madeFromState' : 'line'] += 1;
}

type Fate = 'arrives' | 'late' | 'requestLost' | 'replyLost';

function drawFate(prng: Prng): Fate {
  const drawn = prng.fraction();
  if (drawn < 0.03) return 'requestLost';
  if (drawn < 0.06) return 'replyLost';
  return drawn < 0.07 ? 'late' : 'arrives';
}

const WAY_MS = 2;

/** How long requests are on their way: those to one address overtake none before. */
function createWays({ queue }: World, prng: Prng): (address: string, late: boolean) => number {
  const lastUs = new Map<string, number>();
  return (address, late) => {
    const wayUs = late ? prng.spread(10_000, 800_000) : prng.spread(500, 10_000);
    const atUs = Math.max(lastUs.get(address) ?? 0, queue.nowUs + wayUs);
    lastUs.set(address, atUs);
    return (atUs - queue.nowUs) / 1_000;
  };
}
