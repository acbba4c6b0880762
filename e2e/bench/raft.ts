/**
 * How fast the pure core is: proposals per second through three cores that exchange effects in one
 * thread, without disk or network. It is the ceiling of every server built on it.
 */
import Table from 'cli-table3';
import { Command } from 'commander';
import type { Boot } from '../../server/raft/boot.ts';
import type { Configuration } from '../../server/raft/membership/configuration.ts';
import { start, step } from '../../server/raft/core.ts';
import type { Effect } from '../../server/raft/effect.ts';
import { ORIGIN, toIndex, toMemberId, toTerm, type MemberId } from '../../server/raft/ids.ts';
import type { Input } from '../../server/raft/input.ts';
import type { Message } from '../../server/raft/message.ts';
import { DEFAULT_OPTIONS } from '../../server/raft/options.ts';
import type { Raft } from '../../server/raft/raft.ts';
import { positive } from '../processes/flags.ts';

const IDS: readonly MemberId[] = [1, 2, 3].map(toMemberId);
const COMMAND_BYTES = 256;
const ROUNDS_PER_BURST = 64;

/** Something that is on its way to a member. */
interface Arrival {
  readonly at: MemberId;
  readonly input: Input;
}

interface Cluster {
  readonly rafts: ReadonlyMap<MemberId, Raft>;
  /** In the order in which they arrive. */
  readonly arrivals: Arrival[];
  nowMs: number;
}

interface Result {
  readonly batch: number;
  readonly proposalsPerSecond: number;
  readonly bytesPerProposal: number;
}

function bootOf(id: MemberId): Boot {
  const configuration: Configuration = {
    members: IDS.map((member) => ({
      id: member,
      directory: `d${member}`,
      priority: 0,
      standing: 'voter',
    })),
    outgoing: [],
    nextMemberId: toMemberId(4),
    trust: 'earlyCampaign',
  };
  return {
    id,
    hardState: { term: toTerm(0), vote: undefined },
    state: { index: toIndex(0), term: toTerm(0), configuration, configurationIndex: toIndex(0) },
    log: { base: ORIGIN, terms: [], last: toIndex(0) },
    entries: [],
    seed: id * 7919,
  };
}

function raftOf(cluster: Cluster, id: MemberId): Raft {
  const raft = cluster.rafts.get(id);
  if (raft === undefined) throw new Error(`no member ${id}`);
  return raft;
}

function feed(cluster: Cluster, id: MemberId, input: Input): void {
  for (const effect of step(raftOf(cluster, id), cluster.nowMs, input))
    carryOut(cluster, id, effect);
}

function carryOut(cluster: Cluster, id: MemberId, effect: Effect): void {
  if (effect.kind === 'send') deliver(cluster, effect.message);
  if (effect.kind !== 'persist') return;
  cluster.arrivals.push({ at: id, input: { kind: 'persisted', token: effect.token } });
  for (const message of effect.thenSend) deliver(cluster, message);
}

function deliver(cluster: Cluster, message: Message): void {
  cluster.arrivals.push({ at: message.to, input: { kind: 'message', message } });
}

/** Lets everything arrive that is on its way, and what that leads to. */
function drain(cluster: Cluster): void {
  for (const { at, input } of cluster.arrivals) feed(cluster, at, input);
  cluster.arrivals.length = 0;
}

const leaderOf = (cluster: Cluster): MemberId | undefined =>
  IDS.find((id) => raftOf(cluster, id).role.kind === 'leader');

function elect(): Cluster {
  const rafts = new Map(IDS.map((id) => [id, start(bootOf(id), DEFAULT_OPTIONS, 0)]));
  const cluster: Cluster = { rafts, arrivals: [], nowMs: 0 };
  for (
    const limitMs = 10_000;
    cluster.nowMs < limitMs && leaderOf(cluster) === undefined;
    cluster.nowMs += 10
  ) {
    for (const id of IDS) feed(cluster, id, { kind: 'tick' });
    drain(cluster);
  }
  return cluster;
}

function measure(batch: number, seconds: number): Result {
  const cluster = elect();
  const leader = leaderOf(cluster);
  if (leader === undefined) throw new Error('no leader was elected within 10 simulated seconds');
  const raft = raftOf(cluster, leader);
  const command = new Uint8Array(COMMAND_BYTES);
  const commands = Array.from({ length: batch }, () => command);
  let bursts = 0;
  const burst = (): void => {
    for (let round = 0; round < ROUNDS_PER_BURST; round++) {
      feed(cluster, leader, { kind: 'propose', context: round, commands });
      drain(cluster);
    }
    if (++bursts % 16 !== 0) return;
    for (const id of IDS) {
      const through = raftOf(cluster, id).applied;
      feed(cluster, id, { kind: 'compact', through, floor: toIndex(0) });
    }
    drain(cluster);
  };
  const perSecondFor = (limitMs: number): number => {
    const before = raft.applied;
    const startMs = performance.now();
    while (performance.now() - startMs < limitMs) burst();
    return ((raft.applied - before) / (performance.now() - startMs)) * 1000;
  };
  perSecondFor(500);
  const proposalsPerSecond = perSecondFor(seconds * 1000);
  return { batch, proposalsPerSecond, bytesPerProposal: bytesIn(burst) / ROUNDS_PER_BURST / batch };
}

/** Heap bytes that `burst` allocates, on average. Reading the heap takes long: not while its speed is measured. */
function bytesIn(burst: () => void): number {
  let [bytes, samples] = [0, 0];
  while (samples < 100) {
    const before = process.memoryUsage().heapUsed;
    burst();
    const grown = process.memoryUsage().heapUsed - before;
    // A collection in between makes the heap shrink: that sample says nothing about allocation.
    if (grown > 0) [bytes, samples] = [bytes + grown, samples + 1];
  }
  return bytes / samples;
}

const rounded = (value: number): string => Math.round(value).toLocaleString('en');

const { seconds, minPerSecond } = new Command('bench:raft')
  .description('proposals per second through three in-memory cores, by batch size')
  .option('--seconds <n>', 'how long to measure each batch size', positive, 3)
  .option('--min-per-second <n>', 'exit status 1 if any batch size reaches less', positive)
  .parse()
  .opts<{ seconds: number; minPerSecond?: number }>();

const table = new Table({
  head: ['proposals per step', 'proposals/s', 'heap bytes per proposal'],
  style: { head: [], border: [] },
});
const results = [1, 16, 64, 256].map((batch) => measure(batch, seconds));
for (const { batch, proposalsPerSecond, bytesPerProposal } of results)
  table.push([batch, rounded(proposalsPerSecond), rounded(bytesPerProposal)]);
console.log(
  `Three cores, one thread, ${COMMAND_BYTES}-byte commands; heap bytes are those of all three together.`,
);
console.log(table.toString());
const least = Math.min(...results.map((result) => result.proposalsPerSecond));
const asked = minPerSecond === undefined ? '' : `; asked: ${rounded(minPerSecond)}/s`;
console.log(`reached in batches of any size: ${rounded(least)}/s${asked}`);
process.exitCode = least < (minPerSecond ?? 0) ? 1 : 0;
