/**
 * A simulated broker: it registers, beats, and does what its clients ask for. It dies now and then, and
 * comes back soon or late. What it knows of its clients and topics dies with it.
 */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import { registerNode } from '../../state/registry/registration.ts';
import { createPrng } from '../prng.ts';
import { after, note, nowMs, observe } from '../world/world.ts';
import type { SimulatedBroker } from '../world/world.ts';
import type { Cluster } from './cluster.ts';
import { connect, disconnect } from './client-errands.ts';
import { createErrands } from './errands.ts';
import { BEAT_MS } from './options.ts';
import { addTopic, dropTopic, reportIsr } from './topic-errands.ts';

const ERRANDS = [connect, connect, disconnect, addTopic, dropTopic, reportIsr];

const REGISTER_AGAIN_MS = 200;
const WORK_MS_MAX = 1_500;

export function startBroker(cluster: Cluster, id: number): SimulatedBroker {
  const { world } = cluster;
  const prng = createPrng(world.plan.seed, `broker ${id}`);
  /** Counts its processes; 0 while none runs. */
  let life = 0;
  let lives = 0;

  function start(): void {
    lives += 1;
    life = lives;
    let epoch = 0n;
    const errands = createErrands({ cluster, id, life: lives, epoch: () => epoch, prng });
    const mine = life;
    const isOver = (): boolean => life !== mine;
    note(world, 'world', () => `broker ${id} started, for the ${mine}. time`);
    const beatOn = (): void => {
      if (isOver()) return;
      after(world, BEAT_MS, beatOn);
      cluster.beat(id, (known) => {
        if (known === false && !isOver()) register(false);
      });
    };
    const workOn = (): void => {
      if (isOver() || world.healed) return;
      after(world, prng.spread(50, WORK_MS_MAX), workOn);
      prng.pick(ERRANDS)(errands);
    };
    const register = (first: boolean): void => {
      cluster.change(registerNode, nodeOf(id, mine), (given) => {
        if (isOver()) return;
        if (given === undefined) {
          if (first) after(world, REGISTER_AGAIN_MS, () => register(true));
          return;
        }
        epoch = given;
        if (!first) return;
        beatOn();
        workOn();
      });
    };
    register(true);
    after(world, prng.spread(3_000, 60_000), () => die());
  }

  function die(): void {
    if (world.healed) return;
    life = 0;
    note(world, 'world', () => `broker ${id} died`);
    observe(world, { kind: 'broker', atMs: nowMs(world), event: { kind: 'died', broker: id } });
    after(world, prng.spread(300, 10_000), start);
  }

  start();
  return { prng, isAlive: () => life > 0 };
}

const NOTHING = { grpc_addr: '', mqtt_addr: '', mqtts_addr: '' };
const NOWHERE = { websocket_addr: '', websockets_addr: '', quic_addr: '' };

const nodeOf = (id: number, start: number): BrokerNode => ({
  roles: ['broker', 'engine'],
  extend: {
    mqtt: { ...NOTHING, ...NOWHERE },
    nats: { tcp_addr: '', tls_addr: '', ws_addr: '', wss_addr: '' },
    kafka: { tcp_addr: '' },
  },
  node_id: BigInt(id),
  node_ip: '',
  grpc_addr: '',
  http_addr: '',
  engine_addr: '',
  start_time: BigInt(start),
  register_time: 0n,
  storage_fold: ['/'],
});
