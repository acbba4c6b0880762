/** A simulated broker: its process dies now and then, and another one takes its place soon or late. */
import { createPrng } from '../prng.ts';
import { after, note, nowMs, observe } from '../world/world.ts';
import type { SimulatedBroker } from '../world/world.ts';
import { startProcess } from './broker-process.ts';
import type { BrokerProcess } from './broker-process.ts';
import type { Cluster } from './cluster.ts';

export function startBroker(cluster: Cluster, id: number): SimulatedBroker {
  const { world } = cluster;
  const prng = createPrng(world.plan.seed, `broker ${id}`);
  let process: BrokerProcess | undefined;
  /** Counts its processes. */
  let lives = 0;

  function start(): void {
    lives += 1;
    note(world, 'world', () => `broker ${id} started, for the ${lives}. time`);
    observe(world, { kind: 'broker', atMs: nowMs(world), event: { kind: 'started', broker: id } });
    process = startProcess({ cluster, id, life: lives, prng });
    after(world, prng.spread(3_000, 60_000), die);
  }

  function die(): void {
    if (world.healed) return;
    process?.end();
    process = undefined;
    note(world, 'world', () => `broker ${id} died`);
    observe(world, { kind: 'broker', atMs: nowMs(world), event: { kind: 'died', broker: id } });
    after(world, prng.spread(300, 10_000), start);
  }

  start();
  return {
    prng,
    isAlive: () => process !== undefined,
    process: () => process,
    take: (update) => process?.take(update) === true,
    comeToRest: () => {
      if (process === undefined) return;
      const { startS, rows } = process;
      const event = { kind: 'atRest', broker: id, startS, rows } as const;
      observe(world, { kind: 'broker', atMs: nowMs(world), event });
    },
  };
}
