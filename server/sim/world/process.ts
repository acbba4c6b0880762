/** Starts the real driver on simulated ports. */
import { createHeartbeats } from '../../controllers/brokers/heartbeats.ts';
import { createWillCourier } from '../../controllers/brokers/will-courier.ts';
import { createDivergenceController } from '../../controllers/divergence-controller.ts';
import { createNode } from '../../node/create-node.ts';
import type { NodeObserver, NodePorts } from '../../node/node.ts';
import type { Effect } from '../../raft/effect.ts';
import type { MemberId } from '../../raft/ids.ts';
import type { SnapshotPosition } from '../../raft/snapshot-position.ts';
import type { Defer } from '../../ports/clock.ts';
import type { Rows } from '../../ports/state-store.ts';
import { createMemoryLogStore } from '../../storage/memory/log-store.ts';
import { createRowsHash, formatRowsHash, replaceRow } from '../../codec/rows-hash.ts';
import { createMemoryStateStore } from '../../storage/memory/state-store.ts';
import { handOver } from '../brokers/hand-over.ts';
import { lookAfterBrokers } from '../brokers/look-after.ts';
import { tellBrokers } from '../brokers/tell-brokers.ts';
import { CHECK, isCompared } from '../clients/compared-state.ts';
import { describeEffect, describeInput } from '../run/describe.ts';
import { schedule, scheduleSoon } from './event-queue.ts';
import { announceBack } from './hints.ts';
import type { Host, Process } from './host.ts';
import { recordStep } from '../faults/ledger.ts';
import { hasRotten } from '../faults/limits.ts';
import { readClock, virtualUs } from './local-clock.ts';
import { createPrng, deriveSeed } from '../prng.ts';
import { applyWrite, decodeReply, isCarriedOut, isOfBrokers } from '../clients/register-machine.ts';
import { createTransport } from './transport.ts';
import { deliver, note, nowMs, observe } from './world.ts';
import type { World } from './world.ts';

/** Starts the driver on the directory of `host`, on which no process runs. */
export function startProcess(world: World, host: Host): Process {
  const { directory } = host;
  directory.incarnations += 1;
  const actor = { directory: directory.name, incarnation: directory.incarnations };
  const start = `${actor.directory} ${actor.incarnation}`;
  const baseMs = createPrng(world.plan.seed, `clock ${start}`).below(1_000_000);
  const unborn: Omit<Process, 'node' | 'pushes'> = {
    host,
    actor,
    clock: { rate: host.rate, baseUs: world.queue.nowUs, baseMs },
    alive: true,
    stopping: false,
    pauses: 0,
    inbox: [],
    callsLeft: Infinity,
    whenCallsEnd: undefined,
    hash: createRowsHash(),
    heartbeats: createHeartbeats(),
    wills: createWillCourier(),
    lastApplied: undefined,
    raft: undefined,
    mourners: new Set(),
  };
  // Whole before anything of it runs again: creating a node calls its ports, which know the process.
  const process = unborn as Process;
  host.process = process;
  note(world, actor.directory, () => `started, for the ${actor.incarnation}. time`);
  observe(world, { kind: 'started', atMs: nowMs(world), actor });

  const { core, node } = world.plan.settings;
  const seed = deriveSeed(world.plan.seed, `node ${start}`);
  const options = { ...node, core, directory: directory.name, seed };
  const watcher = createObserver(world, process);
  const { pushes, observer } = tellBrokers(world, process, watcher);
  const created = createNode(createPorts(world, process), options, observer);
  const transfer = handOver(world, process, created);
  Object.assign(process, { pushes, node: { ...created, transfer } });
  if (host.spaceLow) process.node.storageSpace(true);
  const compare = comparison(world, process);
  const look = lookAfterBrokers(world, process, deferIn(world, process));
  tickOn(world, process, () => {
    compare();
    look();
  });
  announceBack(world, process);
  return process;
}

function createPorts(world: World, process: Process): NodePorts {
  const { disk } = process.host.directory;
  return {
    log: createMemoryLogStore(disk),
    state: createMemoryStateStore(disk),
    transport: createTransport(world, process),
    clock: { nowMs: () => readClock(process.clock, world.queue.nowUs) },
    defer: deferIn(world, process),
    machine: (read, command, index, range) => {
      const applied = applyWrite(read, command, index, range);
      process.lastApplied = applied;
      for (const [key, value] of applied.rows) {
        // Other members' may have rotted: `statesAgree` looks at these in the end.
        if (!isCompared(key)) replaceRow(process.hash, key, read(key), value);
      }
      return applied;
    },
  };
}

const deferIn =
  (world: World, process: Process): Defer =>
  (task) => {
    scheduleSoon(world.queue, () => {
      deliver(world, process, task);
    });
  };

function tickOn(world: World, process: Process, compare: () => void): void {
  const intervalMs = world.plan.settings.core.heartbeatIntervalMs / 2;
  schedule(world.queue, virtualUs(process.clock, intervalMs), () => {
    deliver(world, process, () => {
      process.node.tick();
      compare();
      tickOn(world, process, compare);
    });
  });
}

/** The leader's loop that lets members compare their states, in runs where these may rot. */
function comparison(world: World, { node, clock }: Process): () => void {
  const { compareMs } = world.plan.settings;
  if (compareMs === undefined) return () => undefined;
  const controller = createDivergenceController({
    node,
    check: () => CHECK,
    nowMs: () => readClock(clock, world.queue.nowUs),
    intervalMs: compareMs,
  });
  return () => controller.pass();
}

/** Passes on what a node does, until it is dead: the rest of its code may still be running. */
function createObserver(world: World, process: Process): NodeObserver {
  const { actor } = process;
  const { coverage } = world;
  return {
    stepped: (input, effects, raft) => {
      if (!process.alive) return;
      process.raft = raft;
      recordStep(world.ledger, actor.directory, effects, raft, nowMs(world));
      coverage.input[input.kind] += 1;
      for (const effect of effects) {
        coverage.effect[effect.kind] += 1;
        if (effect.kind === 'refuse') coverage.refusal[effect.refusal.reason] += 1;
      }
      note(world, actor.directory, () => {
        const { role, hardState, commit } = raft;
        const answers = effects.map((effect) => `\n${' '.repeat(25)}→ ${describeEffect(effect)}`);
        const state = `${role.kind} t${hardState.term} commit ${commit}`;
        return `${describeInput(input)} (${state})${answers.join('')}`;
      });
      observe(world, {
        kind: 'stepped',
        atMs: nowMs(world),
        actor,
        member: raft.id,
        input,
        effects,
        raft,
      });
      springAmbushes(world, process, effects);
    },
    applied: (entry, pushes) => {
      if (!process.alive) return;
      const stateHash = formatRowsHash(process.hash);
      note(world, actor.directory, () => `applied ${entry.index}@${entry.term} state ${stateHash}`);
      const member = memberOf(process);
      const ofBrokers = entry.kind === 'command' && isOfBrokers(entry.data);
      const carriedOut =
        ofBrokers || (process.lastApplied !== undefined && isCarriedOut(process.lastApplied));
      const rows = (ofBrokers ? process.lastApplied?.rows : undefined) ?? NO_ROWS;
      const reply = process.lastApplied?.reply ?? NO_REPLY;
      process.lastApplied = undefined;
      if (entry.kind === 'command') countRetry(world, carriedOut, reply);
      observe(world, {
        kind: 'applied',
        atMs: nowMs(world),
        actor,
        member,
        entry,
        stateHash,
        carriedOut,
        reply,
        rows,
        pushes,
      });
    },
    rebuilt: () => {
      if (!process.alive) return;
      coverage.fault.stateRebuilt += 1;
      note(world, actor.directory, () => 'state rebuilt');
      observe(world, { kind: 'rebuilt', atMs: nowMs(world), actor });
    },
    restored: (position, cause) => {
      if (process.alive) observeRestored(world, process, position, cause);
    },
  };
}

function observeRestored(
  world: World,
  process: Process,
  position: SnapshotPosition,
  cause: 'opened' | 'installed',
): void {
  const { actor } = process;
  Object.assign(process.hash, createRowsHash());
  for (const [key, value] of process.host.directory.disk.state.live.rows) {
    if (!isCompared(key)) replaceRow(process.hash, key, undefined, value);
  }
  const stateHash = formatRowsHash(process.hash);
  const at = `${position.index}@${position.term}`;
  note(world, actor.directory, () => `restored ${at} as ${cause} state ${stateHash}`);
  if (hasRotten(process.host.directory.disk)) {
    const { directory } = actor;
    const by = cause === 'installed' ? 'others' : 'before';
    observe(world, { kind: 'rotted', atMs: nowMs(world), directory, by });
  }
  observe(world, {
    kind: 'restored',
    atMs: nowMs(world),
    actor,
    member: memberOf(process),
    position,
    stateHash,
    cause,
  });
}

const NO_REPLY = new Uint8Array();
const NO_ROWS: Rows = new Map();

function countRetry({ coverage }: World, carriedOut: boolean, reply: Uint8Array): void {
  if (carriedOut) return;
  coverage.retry[decodeReply(reply).kind === 'result' ? 'answeredAgain' : 'turnedAway'] += 1;
}

/** Who the process is; member 0 while it does not know yet. */
const memberOf = ({ host, raft }: Process): MemberId =>
  raft?.id ?? host.directory.disk.log.live.identity?.member ?? NOBODY;

const NOBODY = 0 as MemberId;

function springAmbushes(world: World, process: Process, effects: readonly Effect[]): void {
  if (world.ambushes.size === 0) return;
  for (const ambush of world.ambushes) {
    if (!effects.some(({ kind }) => kind === ambush.effect)) continue;
    world.ambushes.delete(ambush);
    ambush.spring(process);
  }
}
