/** Doing something to a leader while a writer watches, again and again, product after product. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MEMBERS, type ClusterUnderTest } from '../clusters/cluster.ts';
import type { FailoverResult } from '../loadgen.ts';
import type { Network, Node } from '../../processes/network.ts';
import { until } from '../../processes/until.ts';
import { gapAfter } from './gaps.ts';
import { SIZES, withCluster, type Context } from './scenario.ts';

/** The products take turns after so many interruptions. */
const BLOCK = 5;
const NAMES = Array.from({ length: MEMBERS }, (_, at) => `m${at}`);
const KEYS = 10_000;
const SETTLED_MS = 1_000;
export const WHOLE_LIMIT_MS = 60_000;

export interface Interruption {
  readonly name: string;
  /** How long the writer goes on afterwards. */
  readonly watchSeconds: number;
  readonly background: number;
  /** On which members run instead of loopback. */
  readonly network?: Network;
  /** Interrupts the leader. `nodes` are those of the members, on a network. */
  interrupt(cluster: ClusterUnderTest, leader: number, nodes: readonly Node[]): Promise<void>;
  /** Undoes it, once the writer is gone. */
  repair(cluster: ClusterUnderTest, leader: number): void;
}

/** What came of one interruption. */
export interface Outcome {
  readonly product: string;
  readonly gapMs: number;
  readonly result: FailoverResult;
}

/** What came of all. */
export interface Interruptions {
  readonly outcomes: readonly Outcome[];
  /** Products one of whose members did not serve again in time, each time that happened: they got another cluster. */
  readonly broken: readonly string[];
}

/** Resolves when every member does, or when that has taken too long. */
async function allServe(cluster: ClusterUnderTest): Promise<boolean> {
  try {
    for (let at = 0; at < MEMBERS; at += 1) {
      await until('every member serves', WHOLE_LIMIT_MS, () => cluster.serves(at));
    }
    return true;
  } catch {
    return false;
  }
}

async function interruptOnce(
  { loadgen }: Context,
  cluster: ClusterUnderTest,
  what: Interruption,
  nodes: readonly Node[],
): Promise<Omit<Outcome, 'product'>> {
  const leader = await cluster.leader();
  let interrupted: Promise<number> | undefined;
  const interrupt = async (): Promise<number> => {
    await sleep(SETTLED_MS);
    const atMs = Date.now();
    await what.interrupt(cluster, leader, nodes);
    return atMs;
  };
  const result = await loadgen.failover(
    cluster,
    {
      ...SIZES,
      keys: KEYS,
      background: what.background,
      seconds: SETTLED_MS / 1000 + what.watchSeconds,
    },
    {
      measuring: () => {
        interrupted = interrupt();
        // Whoever waits for the generator hears of it below.
        interrupted.catch(() => undefined);
      },
    },
  );
  const atMs = await interrupted;
  what.repair(cluster, leader);
  if (atMs === undefined) throw new Error('the writer never wrote');
  return { gapMs: gapAfter(result.gaps, atMs), result };
}

/** Interrupts each product `times` times. */
export async function interruptAll(
  context: Context,
  what: Interruption,
  times: number,
): Promise<Interruptions> {
  const { products, workspace, progress } = context;
  const outcomes: Outcome[] = [];
  const broken: string[] = [];
  for (let begun = 0; begun < times; begun += BLOCK) {
    for (const product of products) {
      const nodes = NAMES.flatMap((name) => what.network?.join(name) ?? []);
      const end = Math.min(times, begun + BLOCK);
      let at = begun;
      const work = async (cluster: ClusterUnderTest): Promise<void> => {
        for (const first = at; at < end; at += 1) {
          if (!(await allServe(cluster))) {
            if (at === first) throw new Error('a new cluster does not serve');
            broken.push(product.name);
            return;
          }
          progress.begin(`${product.name}: ${what.name} ${at + 1} of ${times}`);
          const outcome = await interruptOnce(context, cluster, what, nodes);
          outcomes.push({ product: product.name, ...outcome });
          progress.done();
        }
      };
      while (at < end) {
        await withCluster(product, workspace, work, what.network && nodes);
      }
      for (const node of nodes) what.network?.leave(node);
    }
  }
  return { outcomes, broken };
}
