import type { NodeStatus } from '../../../node/node.ts';
import type { ProposeOutcome } from '../../../node/outcome.ts';
import { toIndex, toTerm } from '../../../raft/ids.ts';
import type { Term } from '../../../raft/ids.ts';
import { decodeCommand } from '../../../state/command-codec.ts';
import { createRegistryWorld } from '../../../state/testing/registry-world.ts';
import type { RegistryWorld } from '../../../state/testing/registry-world.ts';
import { viewRecords } from '../../../state/resources/records.ts';
import type { RecordsView } from '../../../state/resources/records.ts';
import type { BrokerAnswer, BrokerRequest } from '../broker-calls.ts';
import type { Duty } from '../duty.ts';
import { createHeartbeats } from '../heartbeats.ts';
import type { Heartbeats } from '../heartbeats.ts';
import { createLifecycleController } from '../lifecycle-controller.ts';

/** A state, and a leader that does its duties on it. */
export interface Bench extends Omit<RegistryWorld, 'pass'> {
  readonly heartbeats: Heartbeats;
  readonly records: RecordsView;
  /** Lets time pass, with a look every half second, and others that follow at once; `each` comes before it. */
  readonly pass: (ms: number, each?: () => void) => void;
  /** Another member leads from now on, which heard and tried nothing so far; and lacks so many entries. */
  readonly changeLeader: (lacks?: number) => void;
  /** It lacks none any more. */
  readonly catchUp: () => void;
  /** Another member leads from now on, and this one does not know yet. */
  readonly overtake: () => void;
  /** So many proposals are dropped from now on. */
  readonly drop: (count: number) => void;
  /** The names of what was proposed so far. */
  readonly proposed: readonly string[];
  /** Calls of brokers so far; each is answered when the bench says so. */
  readonly calls: readonly CallMade[];
  readonly clock: { nowMs: number; timeMs: number };
}

interface CallMade {
  readonly to: bigint;
  readonly request: BrokerRequest;
  readonly answer: (answer: BrokerAnswer) => void;
}

const LOOK_MS = 500;

/** @param duties of a lead. */
export function createBench(duties: () => readonly Duty[]): Bench {
  const world = createRegistryWorld();
  const heartbeats = createHeartbeats();
  const { propose, proposed, drop } = createProposals(world);
  const calls: CallMade[] = [];
  const clock = { nowMs: 1_000, timeMs: 1_700_000_000_000 };
  let term: Term = toTerm(1);
  let applied = 10;
  let lastLog = applied;
  let isOvertaken = false;
  const soon: (() => void)[] = [];
  const status = (): NodeStatus =>
    ({
      ...{ phase: 'running', role: 'leader', term },
      ...{ applied: toIndex(applied), lastLog: toIndex(lastLog) },
    }) as NodeStatus;
  const controller = createLifecycleController({
    node: {
      status,
      row: world.read,
      range: world.range,
      read: (done) => {
        done(isOvertaken ? { kind: 'timeout' } : { kind: 'ready', index: toIndex(applied) });
      },
      propose,
    },
    heartbeats,
    calls: {
      call: ({ node_id: to }, request, answer) => void calls.push({ to, request, answer }),
    },
    duties,
    defer: (task) => void soon.push(task),
    nowMs: () => clock.nowMs,
    timeMs: () => clock.timeMs,
  });
  return {
    ...world,
    heartbeats,
    proposed,
    drop,
    calls,
    clock,
    records: viewRecords(world.read, world.range),
    overtake: () => void (isOvertaken = true),
    changeLeader: (lacks = 0) => {
      term = toTerm(term + 1);
      lastLog = applied + lacks;
    },
    catchUp: () => {
      applied = lastLog;
      // What it writes itself is always a little ahead.
      lastLog += 1;
    },
    pass: (ms, each) => {
      for (let left = ms; left > 0; left -= LOOK_MS) {
        world.pass(LOOK_MS);
        clock.nowMs += LOOK_MS;
        clock.timeMs += LOOK_MS;
        each?.();
        controller.pass();
        for (let task = soon.shift(); task !== undefined; task = soon.shift()) task();
      }
    },
  };
}

/** Each is applied at once, unless it is dropped. */
function createProposals({ apply }: RegistryWorld) {
  const proposed: string[] = [];
  let drops = 0;
  return {
    proposed,
    drop: (count: number): void => void (drops = count),
    propose: (bytes: Uint8Array, done: (outcome: ProposeOutcome) => void): void => {
      const command = decodeCommand(bytes);
      if (command.kind === 'change') proposed.push(command.operation);
      if (drops > 0) {
        drops -= 1;
        done({ kind: 'dropped' });
        return;
      }
      apply(command);
      done({ kind: 'applied', index: toIndex(1), reply: new Uint8Array() });
    },
  };
}
