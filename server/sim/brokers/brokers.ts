/** The brokers of a run: who they are, what they can be asked, and what they ask of the leader. */
import type {
  BrokerAnswer,
  BrokerCalls,
  BrokerRequest,
} from '../../controllers/brokers/broker-calls.ts';
import { encodeCommand } from '../../state/command-codec.ts';
import type { Command } from '../../state/command.ts';
import { COMMAND_VERSION_MAX } from '../../state/command-kinds.ts';
import { decodeReply } from '../../state/reply.ts';
import { node } from '../../state/registry/node.ts';
import { rowOfKey } from '../../state/resources/key.ts';
import { changeOf } from '../../state/resources/operation.ts';
import { activeVersion } from '../../state/versions.ts';
import { createPrng } from '../prng.ts';
import type { Process } from '../world/host.ts';
import { after, deliver, note, nowMs, observe, running } from '../world/world.ts';
import type { SimulatedBroker, World } from '../world/world.ts';
import { startBroker } from './broker.ts';
import type { Cluster } from './cluster.ts';
import { BROKERS, EPOCH_MS, SEEDS_SHARE } from './options.ts';

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

const leaderOf = (world: World): Process | undefined =>
  running(world).find(({ raft }) => raft?.role.kind === 'leader');

function createCluster(world: World, brokers: ReadonlyMap<number, SimulatedBroker>): Cluster {
  return {
    world,
    isAlive: (broker) => brokers.get(broker)?.isAlive() === true,
    change: (operation, args, done) => {
      const leader = leaderOf(world);
      if (leader === undefined) {
        done(undefined);
        return;
      }
      const command = { ...changeOf(operation, args), timeMs: unixMs(world) };
      propose(world, leader, command, (reply) => {
        done(reply?.kind === 'okResult' ? operation.decodeResult(reply.result) : undefined);
      });
    },
    beat: (broker, done) => {
      const leader = leaderOf(world);
      if (leader === undefined) done(undefined);
      else beat(world, leader, broker, done);
    },
  };
}

/** As the service does it: the leader that is known to be one takes it down. */
function beat(
  world: World,
  leader: Process,
  broker: number,
  done: (known: boolean | undefined) => void,
): void {
  once(world, leader, done, (settle) => {
    leader.node.read((outcome) => {
      if (!leader.alive) return;
      if (outcome.kind !== 'ready') {
        settle(undefined);
        return;
      }
      const known = leader.node.row(rowOfKey(node.table, [String(broker)])) !== undefined;
      if (known) {
        leader.heartbeats.heard(BigInt(broker));
        observe(world, { kind: 'broker', atMs: nowMs(world), event: { kind: 'heard', broker } });
      }
      settle(known);
    });
  });
}

function propose(
  world: World,
  leader: Process,
  command: Command,
  done: (reply: ReturnType<typeof decodeReply> | undefined) => void,
): void {
  once(world, leader, done, (settle) => {
    leader.node.propose(encodeCommand(command), (outcome) => {
      if (leader.alive) settle(outcome.kind === 'applied' ? decodeReply(outcome.reply) : undefined);
    });
  });
}

/** Asks a process; it is answered with nothing when that is gone, or does not answer in time. */
function once<Answer>(
  world: World,
  process: Process,
  done: (answer: Answer | undefined) => void,
  ask: (settle: (answer: Answer | undefined) => void) => void,
): void {
  let open = true;
  const settle = (answer: Answer | undefined): void => {
    if (!open) return;
    open = false;
    process.mourners.delete(giveUp);
    done(answer);
  };
  const giveUp = (): void => settle(undefined);
  process.mourners.add(giveUp);
  after(world, world.plan.settings.patienceMs, giveUp);
  deliver(world, process, () => ask(settle));
}

/** Unix time, in whole ms. */
export const unixMs = (world: World): number => EPOCH_MS + Math.floor(nowMs(world));

const WAY_MS = 2;
const LOST_MS = 1_000;

/** What a member's leader asks of brokers. */
export const createSimulatedCalls = (world: World, process: Process): BrokerCalls => ({
  call: ({ node_id }, request, done) => {
    const { actor } = process;
    const broker = Number(node_id);
    const will = request.kind === 'publishWill' ? request.will : undefined;
    if (will !== undefined) {
      note(
        world,
        actor.directory,
        () => `will ${will.id} of ${will.client_id} to broker ${broker}`,
      );
      observe(world, {
        kind: 'broker',
        atMs: nowMs(world),
        event: { kind: 'willSent', actor, will },
      });
    }
    const answer = (given: BrokerAnswer, waitMs: number): void =>
      after(world, waitMs, () => {
        deliver(world, process, () => {
          if (will !== undefined && process.alive) {
            const { kind: answered } = given;
            const event = { kind: 'willAnswered', actor, will, answer: answered } as const;
            observe(world, { kind: 'broker', atMs: nowMs(world), event });
          }
          done(given);
        });
      });
    after(world, WAY_MS, () => {
      const asked = world.brokers.get(broker);
      if (asked?.isAlive() !== true) answer({ kind: 'unreachable' }, WAY_MS);
      else {
        const given = answerOf(asked, request);
        // Its answer may be lost though it did what it was asked.
        if (given === undefined) answer({ kind: 'unknown' }, LOST_MS);
        else answer(given, WAY_MS);
      }
      if (will !== undefined && asked?.isAlive() === true) {
        observe(world, {
          kind: 'broker',
          atMs: nowMs(world),
          event: { kind: 'willPublished', will },
        });
      }
    });
  },
});

function answerOf({ prng }: SimulatedBroker, request: BrokerRequest): BrokerAnswer | undefined {
  if (prng.chance(0.03)) return undefined;
  switch (request.kind) {
    case 'publishWill':
      return { kind: 'done' };
    case 'askDeleted':
      return { kind: 'deleted', all: prng.chance(0.7) };
    case 'askReplica': {
      const replica = { leo: BigInt(prng.below(4)), leaderEpoch: prng.below(2) };
      return { kind: 'replica', replica: prng.chance(0.9) ? replica : undefined };
    }
  }
}
