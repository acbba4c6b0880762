/**
 * How fast the pure core is: proposals per second through three cores that exchange effects in one
 * thread, without disk or network. It is the ceiling of every server built on it.
 */
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import type { Boot } from '../../server/raft/boot.ts';
import type { Configuration } from '../../server/raft/membership/configuration.ts';
import { start, step } from '../../server/raft/core.ts';
import type { Effect, Persist } from '../../server/raft/effect.ts';
import { ORIGIN, toIndex, toMemberId, toTerm, type MemberId } from '../../server/raft/ids.ts';
import type { Input } from '../../server/raft/input.ts';
import type { Message } from '../../server/raft/message.ts';
import { DEFAULT_OPTIONS } from '../../server/raft/options.ts';
import type { Raft } from '../../server/raft/raft.ts';

const IDS: readonly MemberId[] = [1, 2, 3].map(toMemberId);
const COMMAND_BYTES = 256;
const SAMPLE_EVERY_ROUNDS = 64;

interface Cluster {
  readonly rafts: Map<MemberId, Raft>;
  messages: Message[];
  writes: { readonly id: MemberId; readonly persist: Persist }[];
  applied: number;
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

function feed(cluster: Cluster, id: MemberId, input: Input): void {
  const raft = cluster.rafts.get(id);
  if (raft === undefined) throw new Error(`no member ${id}`);
  for (const effect of step(raft, cluster.nowMs, input)) carryOut(cluster, id, effect);
}

function carryOut(cluster: Cluster, id: MemberId, effect: Effect): void {
  if (effect.kind === 'send') cluster.messages.push(effect.message);
  else if (effect.kind === 'persist') cluster.writes.push({ id, persist: effect });
  else if (effect.kind === 'commit' && id === leaderOf(cluster))
    cluster.applied += effect.entries.length;
}

/** Lets everything arrive that is on its way: writes first, as a disk faster than the network would. */
function drain(cluster: Cluster): void {
  while (cluster.messages.length > 0 || cluster.writes.length > 0) {
    const { messages, writes } = cluster;
    cluster.messages = [];
    cluster.writes = [];
    for (const { id, persist } of writes) {
      cluster.messages.push(...persist.thenSend);
      feed(cluster, id, { kind: 'persisted', token: persist.token });
    }
    for (const message of messages) feed(cluster, message.to, { kind: 'message', message });
  }
}

const leaderOf = (cluster: Cluster): MemberId | undefined =>
  IDS.find((id) => cluster.rafts.get(id)?.role.kind === 'leader');

function elect(): Cluster {
  const rafts = new Map(IDS.map((id) => [id, start(bootOf(id), DEFAULT_OPTIONS, 0)]));
  const cluster: Cluster = { rafts, messages: [], writes: [], applied: 0, nowMs: 0 };
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
  const command = new Uint8Array(COMMAND_BYTES);
  const commands = Array.from({ length: batch }, () => command);
  const runFor = (
    limitMs: number,
  ): { proposals: number; elapsedMs: number; bytes: number; sampled: number } => {
    const before = cluster.applied;
    const startMs = performance.now();
    let [rounds, bytes, sampled, heap] = [0, 0, 0, process.memoryUsage().heapUsed];
    while (performance.now() - startMs < limitMs) {
      feed(cluster, leader, { kind: 'propose', context: rounds, commands });
      drain(cluster);
      const through = cluster.rafts.get(leader)?.applied ?? toIndex(0);
      if (rounds % 1024 === 0) {
        for (const id of IDS) feed(cluster, id, { kind: 'compact', through, floor: toIndex(0) });
        drain(cluster);
      }
      if (++rounds % SAMPLE_EVERY_ROUNDS !== 0) continue;
      const now = process.memoryUsage().heapUsed;
      // A collection in between makes the heap shrink: that sample says nothing about allocation.
      if (now > heap)
        [bytes, sampled] = [bytes + now - heap, sampled + SAMPLE_EVERY_ROUNDS * batch];
      heap = now;
    }
    return {
      proposals: cluster.applied - before,
      elapsedMs: performance.now() - startMs,
      bytes,
      sampled,
    };
  };
  runFor(500);
  const { proposals, elapsedMs, bytes, sampled } = runFor(seconds * 1000);
  return {
    batch,
    proposalsPerSecond: (proposals / elapsedMs) * 1000,
    bytesPerProposal: bytes / Math.max(sampled, 1),
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a number above 0');
  return value;
}

const { seconds } = new Command('bench:raft')
  .description('proposals per second through three in-memory cores, by batch size')
  .option('--seconds <n>', 'how long to measure each batch size', positive, 3)
  .parse()
  .opts<{ seconds: number }>();

const table = new Table({
  head: ['proposals per step', 'proposals/s', 'heap bytes per proposal'],
  style: { head: [], border: [] },
});
for (const batch of [1, 16, 64, 256]) {
  const result = measure(batch, seconds);
  table.push([
    batch,
    Math.round(result.proposalsPerSecond).toLocaleString('en'),
    Math.round(result.bytesPerProposal),
  ]);
}
console.log(
  `Three cores, one thread, ${COMMAND_BYTES}-byte commands; heap bytes are those of all three together.`,
);
console.log(table.toString());
