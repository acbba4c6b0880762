/** What all scenarios have in common: each measures every product in turn, and makes tables of it. */
import type { ClusterUnderTest, Product } from '../clusters/cluster.ts';
import { unlessFailed } from '../../processes/member.ts';
import type { Network, Node } from '../../processes/network.ts';
import type { Loadgen } from '../loadgen.ts';
import type { Workspace } from '../../processes/workspace.ts';
import type { Progress } from '../progress.ts';
import type { ReportTable } from '../report.ts';

export interface Settings {
  readonly clients: readonly number[];
  /** Of each measurement, after its warm-up. */
  readonly seconds: number;
  /** Of each operation, before the first measurement of it. */
  readonly warmUpSeconds: number;
  /** How often each product gets its turn; a table shows medians. */
  readonly rounds: number;
  /** How often a leader is taken away from each product, by each means. */
  readonly failovers: number;
  /** Writers beside the one whose gaps are measured. */
  readonly background: number;
  /** Rows of the scenario with many. */
  readonly keys: number;
  /** How long members are saturated. */
  readonly saturationMinutes: number;
}

export interface Context {
  readonly settings: Settings;
  readonly products: readonly Product[];
  readonly loadgen: Loadgen;
  readonly workspace: Workspace;
  /** That can be cut; absent without Linux or root. */
  readonly network: Network | undefined;
  readonly progress: Progress;
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** How many steps of progress it makes for each product. */
  steps(settings: Settings, network: Network | undefined): number;
  run(context: Context): Promise<readonly ReportTable[]>;
}

/** Of every load: the same for all products. */
export const SIZES = { 'key-bytes': 16, 'value-bytes': 256 };

/** HTTP/2 connections of many clients, the same for all products. */
export const CONNECTIONS = 16;

/** Starts a cluster, works with it, and ends it whatever happens; a failure tells what the members said last. */
export async function withCluster<Value>(
  product: Product,
  workspace: Workspace,
  work: (cluster: ClusterUnderTest) => Promise<Value>,
  nodes?: readonly Node[],
): Promise<Value> {
  const cluster = await product.start(workspace, nodes);
  try {
    return await unlessFailed(cluster.members, work(cluster));
  } catch (cause) {
    const logs = cluster.members.map((member, at) => `member ${at}:\n  ${member.lastLines()}`);
    throw new Error(`${product.name}: ${String(cause)}\n${logs.join('\n')}`, { cause });
  } finally {
    await cluster.stop();
  }
}
