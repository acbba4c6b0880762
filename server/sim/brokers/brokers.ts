/** The brokers of a run: who they are, what they can be asked, and what they ask of the leader. */
import type {
  BrokerAnswer,
  BrokerCalls,
  BrokerRequest,
  ShardItem,
} from '../../controllers/brokers/broker-calls.ts';
import { COMMAND_VERSION_MAX } from '../../state/command-kinds.ts';
import { segment, shard } from '../../state/registry/shard.ts';
import { rowOfKey } from '../../state/resources/key.ts';
import { activeVersion } from '../../state/versions.ts';
import type { BrokerEvent } from '../observation.ts';
import { createPrng } from '../prng.ts';
import type { Process } from '../world/host.ts';
import { after, deliver, note, nowMs, observe } from '../world/world.ts';
import type { SimulatedBroker, World } from '../world/world.ts';
import { startBroker } from './broker.ts';
import type { CachedRows } from './broker-cache.ts';
import { createCluster, leaderOf, propose } from './leader-calls.ts';
import { BROKERS, SEEDS_SHARE } from './options.ts';

/** Whether a run of this seed has any. */
export const hasBrokers = (seed: number): boolean =>
  createPrng(seed, 'brokers').chance(SEEDS_SHARE);

const FOUNDING_PAUSE_MS = 200;

/** Lets the brokers of a plan begin, if it has any. */
export function startBrokers(world: World): void {
  if (!hasBrokers(world.plan.seed)) return;
  const { brokers } = world;
  const cluster = createCluster(world, brokers);
  prepare(world, () => {
    for (let id = 1; id <= BROKERS; id += 1) brokers.set(id, startBroker(cluster, id));
  });
}

/** Brings the cluster to the version of commands that brokers need. */
function prepare(world: World, begin: () => void): void {
  const directory = 'members';
  const again = (): void => after(world, FOUNDING_PAUSE_MS, () => prepare(world, begin));
  const leader = leaderOf(world);
  if (leader === undefined) {
    again();
    return;
  }
  const announcement = {
    ...{ directory, peerAddress: '', clientAddress: '' },
    commandVersionMax: COMMAND_VERSION_MAX,
  };
  const timeMs = 0;
  propose(world, leader, { kind: 'announce', timeMs, announcement }, () => undefined);
  const raise = { kind: 'raiseVersion', timeMs, version: COMMAND_VERSION_MAX } as const;
  propose(world, leader, { ...raise, directories: [directory] }, () => {
    if (leader.alive && isPrepared(leader)) begin();
    else again();
  });
}

const isPrepared = ({ node: asked }: Process): boolean =>
  asked.status().phase === 'running' &&
  activeVersion((key) => asked.row(key)) >= COMMAND_VERSION_MAX;

const WAY_MS = 2;
const LOST_MS = 1_000;

/** What a member's leader asks of brokers; now and then somebody has it hand over just then. */
export function createSimulatedCalls(world: World, process: Process): BrokerCalls {
  const { actor } = process;
  const whim = createPrng(world.plan.seed, `hand over ${actor.directory} ${actor.incarnation}`);
  const handOver = (): void =>
    deliver(world, process, () => process.node.transfer(undefined, () => undefined));
  const tell = (event: BrokerEvent): void =>
    observe(world, { kind: 'broker', atMs: nowMs(world), event });
  return {
    call: ({ node_id }, request, done) => {
      const broker = Number(node_id);
      const will = request.kind === 'publishWill' ? request.will : undefined;
      if (will !== undefined) {
        const text = `will ${will.id} of ${will.client_id} to broker ${broker}`;
        note(world, actor.directory, () => text);
        tell({ kind: 'willSent', actor, will });
        if (!world.healed && whim.chance(0.1)) after(world, whim.below(20), handOver);
      }
      const answer = (given: BrokerAnswer, waitMs: number): void =>
        after(world, waitMs, () => {
          deliver(world, process, () => {
            if (will !== undefined && process.alive) {
              tell({ kind: 'willAnswered', actor, will, answer: given.kind });
            }
            done(given);
          });
        });
      after(world, WAY_MS, () => {
        const asked = world.brokers.get(broker);
        if (asked?.isAlive() !== true) {
          if (isWhether(request)) tell({ kind: 'asked', by: actor, broker, inVain: true });
          answer({ kind: 'unreachable' }, WAY_MS);
          return;
        }
        const given = answerOf(asked, request);
        if (will !== undefined && given.kind === 'done') tell({ kind: 'willPublished', will });
        // Its answer may be lost though it did what it was asked.
        const isLost = asked.prng.chance(0.03);
        if (isWhether(request)) tell({ kind: 'asked', by: actor, broker, inVain: isLost });
        if (isLost) answer({ kind: 'unknown' }, asked.prng.spread(WAY_MS, LOST_MS));
        else answer(given, WAY_MS);
      });
    },
  };
}

/** It is asked of nothing but whether it is there. */
const isWhether = (request: BrokerRequest): boolean =>
  request.kind === 'askDeleted' && request.items.length === 0;

function answerOf(asked: SimulatedBroker, request: BrokerRequest): BrokerAnswer {
  const { prng } = asked;
  switch (request.kind) {
    case 'publishWill':
      return { kind: prng.chance(0.1) ? 'refused' : 'done' };
    case 'askDeleted':
      return {
        kind: 'deleted',
        all: prng.chance(0.7) && areGone(asked.process()?.rows, request.items),
      };
    case 'askReplica': {
      const replica = { leo: BigInt(prng.below(4)), leaderEpoch: prng.below(2) };
      return { kind: 'replica', replica: prng.chance(0.9) ? replica : undefined };
    }
  }
}

/** A shard that is cached was told of again, and is there. */
const areGone = (rows: CachedRows | undefined, items: readonly ShardItem[]): boolean =>
  items.every(({ shardName, segmentSeq }) =>
    segmentSeq === undefined
      ? rows?.has(rowOfKey(shard.table, [shardName])) !== true
      : rows?.has(rowOfKey(segment.table, [shardName, String(segmentSeq)])) !== true,
  );
