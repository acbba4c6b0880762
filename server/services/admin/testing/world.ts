/** Members of a cluster with their admin services, on disks and a network in memory, in made-up time. */
import assert from 'node:assert/strict';
import { createNode } from '../../../node/create-node.ts';
import type { Node } from '../../../node/node.ts';
import { NODE_OPTIONS } from '../../../node/testing/node-options.ts';
import type { Announcement } from '../../../ports/address-book.ts';
import type { Machine } from '../../../ports/machine.ts';
import { createMemoryLogStore } from '../../../storage/memory/log-store.ts';
import { createMemoryDisk } from '../../../storage/memory/memory-disk.ts';
import { createMemoryStateStore } from '../../../storage/memory/state-store.ts';
import { createMemoryNetwork } from '../../../transport/memory.ts';
import { createAdminService } from '../admin-service.ts';
import type { AdminService } from '../admin-service.ts';
import type { AdminParts, CallerRole } from '../parts.ts';

const STEP_MS = 10;

/** `key=value` sets a row. */
const machine: Machine = (_read, command) => {
  const [key = '', value = ''] = Buffer.from(command).toString().split('=');
  return { rows: new Map([[key, Buffer.from(value)]]), reply: command };
};

/** A directory, the process on it, and what is known of its surroundings. */
export interface Host {
  readonly directory: string;
  readonly node: Node;
  readonly admin: AdminService;
  readonly parts: AdminParts;
  readonly announcement: Announcement;
  /** What was introduced here, and at which configuration index. */
  readonly introduced: (readonly [directory: string, address: string, index: number])[];
  /** What became of learners that were to be voters. */
  readonly promotions: boolean[];
  /** While set, nobody has heard of its process; whoever asks it hears. */
  unheard: boolean;
  /** What `recover` does. */
  recovers: AdminParts['recover'];
  /** What `authorize` says. */
  denies: (role: CallerRole) => string | undefined;
  /** While set, the writes of its disk hang. */
  diskHangs: boolean;
  /** The disk works again, and completes what has hung. */
  release(): void;
  alive: boolean;
}

interface Timer {
  readonly dueMs: number;
  readonly task: () => void;
}

export type World = ReturnType<typeof createWorld>;

/** UUID of the data directory of the `n`th host. */
export const directoryOf = (n: number): string =>
  `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const addressOf = (n: number): string => `host-${n}:1230`;

export function createWorld() {
  const tasks: (() => void)[] = [];
  const hosts: Host[] = [];
  const timers = new Set<Timer>();
  const clock = { nowMs: 0 };
  const defer = (task: () => void): void => void tasks.push(task);
  const network = createMemoryNetwork(defer);

  const settle = (): void => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task();
  };
  const step = (): void => {
    clock.nowMs += STEP_MS;
    for (const host of hosts) if (host.alive) host.node.tick();
    for (const timer of timers) {
      if (timer.dueMs <= clock.nowMs && timers.delete(timer)) timer.task();
    }
    settle();
  };
  /** Lets time pass, until `condition` holds if there is one. */
  const pass = (ms: number, condition?: () => boolean): void => {
    settle();
    for (const endMs = clock.nowMs + ms; clock.nowMs < endMs;) {
      if (condition?.() === true) return;
      step();
    }
    if (condition !== undefined) assert(condition(), `within ${ms} ms: ${condition.toString()}`);
  };
  const after = (ms: number, task: () => void): (() => void) => {
    const timer = { dueMs: clock.nowMs + ms, task };
    timers.add(timer);
    return () => void timers.delete(timer);
  };

  /** A new process on an empty directory. */
  const start = (): Host => {
    const host = createHost({ n: hosts.length + 1, hosts, network, defer, clock, after });
    hosts.push(host);
    network.connect(host.directory, host.node);
    pass(STEP_MS);
    return host;
  };

  const disconnect = (host: Host): void => network.disconnect(host.directory);

  return {
    pass,
    start,
    disconnect,
    connect: (host: Host): void => network.connect(host.directory, host.node),
    kill: (host: Host): void => {
      host.alive = false;
      disconnect(host);
    },
    timers: (): number => timers.size,
  };
}

interface HostSetup {
  readonly n: number;
  readonly hosts: readonly Host[];
  readonly network: ReturnType<typeof createMemoryNetwork>;
  readonly defer: (task: () => void) => void;
  readonly clock: { readonly nowMs: number };
  readonly after: AdminParts['after'];
}

function createHost(setup: HostSetup): Host {
  const { n } = setup;
  const directory = directoryOf(n);
  const held: (() => void)[] = [];
  const node = createHostNode(setup, (isWrite, complete) => {
    if (isWrite && host.diskHangs) held.push(complete);
    else complete();
  });
  const parts = createParts(setup, node, () => host);
  const host: Host = {
    directory,
    node,
    admin: createAdminService(parts),
    parts,
    announcement: {
      directory,
      identity: undefined,
      peerAddress: addressOf(n),
      clientAddress: `host-${n}:1228`,
      commandVersionMax: 2,
    },
    introduced: [],
    promotions: [],
    unheard: false,
    recovers: () => Promise.reject(new Error('not expected')),
    denies: () => undefined,
    alive: true,
    diskHangs: false,
    release: () => {
      host.diskHangs = false;
      for (const complete of held.splice(0)) complete();
    },
  };
  return host;
}

function createHostNode(
  { n, network, defer, clock }: HostSetup,
  submit: (isWrite: boolean, complete: () => void) => void,
): Node {
  const directory = directoryOf(n);
  const disk = createMemoryDisk({
    policy: {
      submit: ({ kind }, complete) => defer(() => submit(kind === 'write', () => complete('done'))),
    },
  });
  return createNode(
    {
      log: createMemoryLogStore(disk),
      state: createMemoryStateStore(disk),
      transport: network.transport(directory),
      clock: { nowMs: () => clock.nowMs },
      defer,
      machine,
    },
    { ...NODE_OPTIONS, directory, seed: n },
  );
}

function createParts({ n, hosts, after }: HostSetup, node: Node, self: () => Host): AdminParts {
  const announce = (host: Host): Announcement => ({
    ...host.announcement,
    identity: host.node.status().identity,
  });
  const at = ({ peerAddress }: Announcement, address: string): boolean => peerAddress === address;
  let level = 'info';
  return {
    node,
    book: {
      find: (directory) => {
        const found = hosts.find((host) => host.directory === directory && !host.unheard);
        return found && announce(found);
      },
    },
    discover: (address) => {
      const found = hosts.find(({ announcement, alive }) => alive && at(announcement, address));
      if (found === undefined) return Promise.reject(new Error(`nobody is at ${address}`));
      found.unheard = false;
      return Promise.resolve(announce(found));
    },
    self: () => announce(self()),
    introduce: (directory, address) => {
      self().introduced.push([directory, address, node.status().configurationIndex]);
    },
    promoted: (done) => void self().promotions.push(done),
    facts: () => ({
      ...{ stateRows: 7, stateDiskBytes: 9, diskFreeBytes: 1 << 30 },
      ...{ commandVersion: 1, alarms: [], brokerIds: [11n, 2n ** 64n - 1n] },
    }),
    versions: { server: '0.1.0', directoryFormat: 1 },
    certificates: () => undefined,
    startedMs: 1_700_000_000_000,
    wallMs: () => 1_700_000_000_500,
    recover: (recovery) => self().recovers(recovery),
    newClusterId: () => `cluster-${n}`,
    logLevel: { get: () => level, set: (next) => (level = next) },
    authorize: (_caller, role) => self().denies(role),
    after,
    unforeseen: (error) => {
      throw error;
    },
  };
}
