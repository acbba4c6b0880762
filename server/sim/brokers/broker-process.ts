/**
 * One process of a simulated broker: it lists what there is, registers, beats, and does what its
 * clients ask for. What it knows of its clients and topics ends with it.
 */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import { createPrng } from '../prng.ts';
import { after, nowMs } from '../world/world.ts';
import { addressOf } from './address.ts';
import { takeOutBroker } from './admin-errands.ts';
import { BOOT_LISTS } from './boot-lists.ts';
import { connect, disconnect } from './client-errands.ts';
import type { Listed } from './cluster.ts';
import { createErrands } from './errands.ts';
import type { ErrandsOf } from './errands.ts';
import { joinGroup, leaveGroup } from './group-errands.ts';
import { BEAT_MS, hasSeldomErrands, MUTE_AFTER_MS, MUTE_SHARE } from './options.ts';
import { createReception } from './reception.ts';
import type { Reception } from './reception.ts';
import { addTopic, dropTopic, replaceShard, reportIsr } from './topic-errands.ts';
import { unixMs } from './unix-time.ts';

const ERRANDS = [
  ...[connect, connect, disconnect, addTopic, dropTopic, reportIsr],
  ...[joinGroup, joinGroup, leaveGroup],
];
/** Not in all runs: they take time from the others. */
const SELDOM = [replaceShard, replaceShard, reportIsr, takeOutBroker];

const AGAIN_MS = 200;
const LIST_MS_MAX = 300;
const WORK_MS_MAX = 1_500;

export interface BrokerProcess extends Pick<Reception, 'rows' | 'take'> {
  /** When it started, in Unix seconds. */
  readonly startS: bigint;
  end(): void;
}

export function startProcess(
  of: Pick<ErrandsOf, 'cluster' | 'id' | 'life' | 'prng'>,
): BrokerProcess {
  const { cluster, id, prng } = of;
  const { world } = cluster;
  const startS = BigInt(Math.floor(unixMs(world) / 1_000));
  const { rows, load, take } = createReception(world, id, startS);
  let epoch = 0n;
  let isOver = false;
  /** From then on the first member of its list is dark: its rounds of heartbeats end there. */
  const isMute = createPrng(world.plan.seed, `mute broker ${id} ${startS}`).chance(MUTE_SHARE);
  const muteFromMs = isMute ? nowMs(world) + MUTE_AFTER_MS : Infinity;
  const errands = createErrands({ ...of, startS, epoch: () => epoch });
  const choice = hasSeldomErrands(world.plan.seed) ? [...ERRANDS, ...SELDOM] : ERRANDS;

  function boot(at: number): void {
    const table = BOOT_LISTS[at];
    if (isOver) return;
    if (table === undefined) {
      register(true);
      return;
    }
    cluster.list(table, (listed) => {
      if (listed === undefined) after(world, AGAIN_MS, () => boot(at));
      else after(world, prng.spread(1, LIST_MS_MAX), () => takeList(listed, at));
    });
  }

  /** Whatever it was told while the list was on its way, the list is put over it. */
  function takeList(listed: Listed, at: number): void {
    if (isOver) return;
    load(listed, at === BOOT_LISTS.length - 1);
    boot(at + 1);
  }

  function register(isFirst: boolean): void {
    cluster.register(nodeOf(id, startS), (given) => {
      if (isOver) return;
      if (given !== undefined) {
        epoch = given;
        if (!isFirst) return;
        beatOn();
        workOn();
      } else if (isFirst) after(world, AGAIN_MS, () => register(true));
    });
  }

  function beatOn(): void {
    if (isOver) return;
    after(world, BEAT_MS, beatOn);
    if (nowMs(world) >= muteFromMs && !world.healed) return;
    cluster.beat(id, (known) => {
      if (known === false && !isOver) register(false);
    });
  }

  function workOn(): void {
    if (isOver || world.healed) return;
    after(world, prng.spread(50, WORK_MS_MAX), workOn);
    prng.pick(choice)(errands);
  }

  boot(0);
  return { startS, rows, take, end: () => void (isOver = true) };
}

const NOTHING = { grpc_addr: '', mqtt_addr: '', mqtts_addr: '' };
const NOWHERE = { websocket_addr: '', websockets_addr: '', quic_addr: '' };

const nodeOf = (id: number, start_time: bigint): BrokerNode => ({
  roles: ['broker', 'engine'],
  extend: {
    mqtt: { ...NOTHING, ...NOWHERE },
    nats: { tcp_addr: '', tls_addr: '', ws_addr: '', wss_addr: '' },
    kafka: { tcp_addr: '' },
  },
  node_id: BigInt(id),
  node_ip: '',
  grpc_addr: addressOf(id),
  http_addr: '',
  engine_addr: '',
  start_time,
  register_time: 0n,
  storage_fold: ['/'],
});
