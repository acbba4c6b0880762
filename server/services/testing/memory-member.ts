/** One member in memory, in real time, with everything that it serves to clients. */
import { createNode } from '../../node/create-node.ts';
import type { ProposeOutcome } from '../../node/outcome.ts';
import type { NodeObserver } from '../../node/node.ts';
import { NODE_OPTIONS } from '../../node/testing/node-options.ts';
import type { Push } from '../../state/resources/push.ts';
import { DEFAULT_OPTIONS } from '../../raft/options.ts';
import { encodeCommand } from '../../state/command-codec.ts';
import type { Command } from '../../state/command.ts';
import { COMMAND_VERSION_MAX } from '../../state/command-kinds.ts';
import { machine } from '../../state/machine.ts';
import { faultless } from '../../storage/memory/disk-policy.ts';
import { createMemoryLogStore } from '../../storage/memory/log-store.ts';
import { createMemoryDisk } from '../../storage/memory/memory-disk.ts';
import { createMemoryStateStore } from '../../storage/memory/state-store.ts';
import { createMemoryNetwork } from '../../transport/memory.ts';
import { systemAlarm } from '../alarm.ts';
import { createServer } from './server.ts';
import type { Server, ServerParts } from './server.ts';

const DIRECTORY = 'a';
const MIB = 1 << 20;

/** A member that leads. */
export interface MemoryMember extends Server {
  /** What brokers were to be told of so far, in order. */
  readonly pushes: readonly Push[];
  propose(command: Command): Promise<ProposeOutcome>;
  stop(): Promise<void>;
}

/** Founds a cluster of one, and brings it to the newest version of commands. @param parts what is beside the node. */
export async function startMemoryMember(
  parts: Pick<ServerParts, 'heartbeats' | 'told' | 'wallMs'> = {},
): Promise<MemoryMember> {
  const clock = { nowMs: () => performance.now() };
  const defer = (task: () => void): void => void setImmediate(task);
  const disk = createMemoryDisk({ policy: faultless(defer) });
  const pushes: Push[] = [];
  const server = createServer({
    ...parts,
    clock,
    defer,
    alarm: systemAlarm,
    addressOf: () => undefined,
    boot: (observer) =>
      createNode(
        {
          log: createMemoryLogStore(disk),
          state: createMemoryStateStore(disk),
          transport: createMemoryNetwork(defer).transport(DIRECTORY),
          clock,
          defer,
          machine,
        },
        MEMBER_OPTIONS,
        recording(observer, pushes),
      ),
  });
  const { node } = server;
  const timer = setInterval(() => node.tick(), MEMBER_OPTIONS.core.heartbeatIntervalMs / 2);
  const propose = (command: Command): Promise<ProposeOutcome> =>
    new Promise((resolve) => node.propose(encodeCommand(command), resolve));

  await turnsUntil(() => node.status().phase === 'waiting');
  node.bootstrap('c', () => undefined);
  await turnsUntil(() => node.status().role === 'leader');
  await propose({ kind: 'announce', timeMs: 0, announcement: ANNOUNCED });
  await propose({
    kind: 'raiseVersion',
    timeMs: 0,
    version: COMMAND_VERSION_MAX,
    directories: [DIRECTORY],
  });
  return {
    ...server,
    pushes,
    propose,
    stop: () => {
      clearInterval(timer);
      return new Promise((resolve) => node.stop(resolve));
    },
  };
}

const ANNOUNCED = {
  directory: DIRECTORY,
  peerAddress: '127.0.0.1:1230',
  clientAddress: '127.0.0.1:1228',
  commandVersionMax: COMMAND_VERSION_MAX,
};

/** How it runs. */
export const MEMBER_OPTIONS = {
  ...NODE_OPTIONS,
  core: { ...DEFAULT_OPTIONS, electionTimeoutMs: 100, heartbeatIntervalMs: 20, leaseMarginMs: 20 },
  directory: DIRECTORY,
  seed: 1,
  flushIntervalMs: 50,
  logBytesMax: 64 * MIB,
  logBytesHeldMax: 128 * MIB,
  reopenPauseMs: 100,
};

const recording = (observer: NodeObserver, pushes: Push[]): NodeObserver => ({
  ...observer,
  applied: (entry, told) => {
    pushes.push(...told);
    observer.applied?.(entry, told);
  },
});

async function turnsUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => void setImmediate(resolve));
}
