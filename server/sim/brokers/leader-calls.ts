/** What brokers ask of the leader, as its services answer it. */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import { encodeCommand } from '../../state/command-codec.ts';
import type { Command } from '../../state/command.ts';
import { node } from '../../state/registry/node.ts';
import { registerNode } from '../../state/registry/registration.ts';
import { decodeReply } from '../../state/reply.ts';
import { rowOfKey, rowsWith } from '../../state/resources/key.ts';
import { changeOf } from '../../state/resources/operation.ts';
import type { Process } from '../world/host.ts';
import { after, deliver, nowMs, observe, running } from '../world/world.ts';
import type { SimulatedBroker, World } from '../world/world.ts';
import type { Cluster, Listed } from './cluster.ts';
import { CAUGHT_UP_MS } from './options.ts';
import { unixMs } from './unix-time.ts';

export const leaderOf = (world: World): Process | undefined =>
  running(world).find(({ raft }) => raft?.role.kind === 'leader');

/** What brokers ask of whoever leads. */
export function createCluster(
  world: World,
  brokers: ReadonlyMap<number, SimulatedBroker>,
): Cluster {
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
    register: (registered, done) => {
      const leader = leaderOf(world);
      if (leader === undefined) done(undefined);
      else register(world, leader, registered, done);
    },
    list: (table, done) => {
      const leader = leaderOf(world);
      if (leader === undefined) done(undefined);
      else list(world, leader, table, done);
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

/** @param done with the reply; undefined: nobody said. */
export function propose(
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

/** As the service does it: answered when the process has been told, or after a while. */
function register(
  world: World,
  leader: Process,
  registered: BrokerNode,
  done: (epoch: bigint | undefined) => void,
): void {
  const command = { ...changeOf(registerNode, registered), timeMs: unixMs(world) };
  once(world, leader, done, (settle) => {
    leader.node.propose(encodeCommand(command), (outcome) => {
      if (!leader.alive) return;
      const reply = outcome.kind === 'applied' ? decodeReply(outcome.reply) : undefined;
      if (reply?.kind !== 'okResult') {
        settle(undefined);
        return;
      }
      const epoch = registerNode.decodeResult(reply.result);
      const told = { broker: registered.node_id, withinMs: CAUGHT_UP_MS };
      leader.pushes?.whenTold(told, () => settle(epoch));
    });
  });
}

function list(
  world: World,
  leader: Process,
  table: string,
  done: (listed: Listed | undefined) => void,
): void {
  once(world, leader, done, (settle) => {
    leader.node.read((outcome) => {
      if (!leader.alive) return;
      const { node: asked } = leader;
      settle(
        outcome.kind === 'ready'
          ? { index: asked.status().applied, rows: [...asked.range(rowsWith(table, []))] }
          : undefined,
      );
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
