/**
 * A double of a broker of v0.4.11, as meta sees one: it boots in the same order and as strictly, takes
 * what is pushed to it, and beats. It serves no client and stores no message: so what it says of its
 * replicas is that they are empty, and it proposes no ISR. What the original pulls of segments every
 * 30 s it does not pull, because that would mend what pushes have missed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerNode } from '../../server/codec/robustmq/node.ts';
import type { Attempt, Failure } from './attempt.ts';
import { readReply, type Boot, type BootAction, type Rpc } from './boot-action.ts';
import type { BootSettings } from './boot-settings.ts';
import { boot, lookForLeader, RUNNING } from './boot.ts';
import { load, put, reap, type Caches } from './caches.ts';
import { brokerHandlers, type Will } from './handlers.ts';
import { startHeartbeats } from './heartbeats.ts';
import { startListener } from './listener.ts';
import { createMetaCalls } from './meta-calls.ts';
import { withAddress } from './node-of.ts';
import type { Reception } from './reception.ts';
import { createWatchedCaches, type WatchedCaches } from './watched-caches.ts';
import { createWay } from './way.ts';

export interface BrokerSetup extends BootSettings {
  /** Where its gRPC server listens: `host:port`, and that is what it registers; port 0: any. */
  readonly listen: string;
  /** Of meta servers, in the order of their keys as text. */
  readonly meta: readonly string[];
}

export interface Broker {
  readonly id: bigint;
  readonly address: string;
  readonly caches: () => Caches;
  /** What was pushed to it, in order. */
  readonly received: readonly Reception[];
  /** The wills that it was told to publish. */
  readonly wills: readonly Will[];
  /** The name of the phase of its boot. */
  readonly phase: () => string;
  /** 0: it is not registered. */
  readonly epoch: () => bigint;
  /** Whether it believes that the scanner of AMQP messages is its duty. */
  readonly scans: () => boolean;
  /** Resolves when it listens to clients; rejects with a BootError if it does not get there. */
  readonly running: Promise<unknown>;
  /** Resolves with the reason when it has ended by itself, however late. */
  readonly failure: Promise<string>;
  /** One call, by its rules. */
  call<Request, Reply>(rpc: Rpc<Request, Reply>, request: Request): Promise<CallResult<Reply>>;
  readonly until: WatchedCaches['until'];
  /** From now on calls wait, those that it makes and those that it gets. */
  cut(): void;
  mend(): void;
  /** Ends it without a word to anybody. */
  kill(): void;
}

export type CallResult<Reply> =
  { readonly kind: 'reply'; readonly messages: readonly Reply[] } | Failure;

const REAP_MS = 5_000;
const LEADER_MS = 60_000;

/** What changes while it lives. */
interface Life {
  phase: string;
  epoch: bigint;
  leader: bigint | undefined;
}

/** Starts a broker. Resolves when its gRPC server listens; then it boots. */
export async function startBroker(setup: BrokerSetup): Promise<Broker> {
  const { meta } = setup;
  const way = createWay();
  const calls = createMetaCalls({ clear: way.clear });
  const caches = createWatchedCaches();
  const received: Reception[] = [];
  const wills: Will[] = [];
  const listener = await startListener({
    address: setup.listen,
    clear: way.clear,
    handlers: brokerHandlers({
      id: setup.node.node_id,
      caches: () => caches.now,
      received: (reception) => {
        received.push(reception);
        caches.set(reception.caches);
      },
      will: (will) => wills.push(will),
    }),
  });
  const node = withAddress(setup.node, listener.address);
  const life: Life = { phase: '', epoch: 0n, leader: undefined };
  const end = new AbortController();
  const { signal } = end;
  const kill = (): void => {
    end.abort();
    listener.close();
    calls.close();
  };
  const ask = (rpc: string, request: Buffer): Promise<Attempt> => calls.call(meta, rpc, request);
  const registered = (epoch: bigint): void => {
    const first = life.epoch === 0n;
    life.epoch = epoch;
    if (first) startHeartbeats({ node, meta, calls, signal, registered });
  };
  const shell = { node, life, caches, ask, registered, signal };
  const actions = boot({ ...setup, node }, () => caches.now);
  const boots = carryOutBoot(shell, actions, kill);
  every(REAP_MS, signal, () => caches.set(reap(caches.now)));
  // As the scanner does, which is silent about what it cannot read.
  every(LEADER_MS, signal, () => void follow(shell, lookForLeader()).catch(() => undefined));

  return {
    ...{ id: node.node_id, address: listener.address, received, wills, ...boots },
    caches: () => caches.now,
    phase: () => life.phase,
    epoch: () => life.epoch,
    scans: () => life.leader === node.node_id,
    call: async (rpc, request) => {
      const outcome = await ask(rpc.path, rpc.requestSerialize(request));
      if (outcome.kind === 'failed') return outcome;
      return { kind: 'reply', messages: readReply(rpc, outcome.messages) };
    },
    until: (...wait) => caches.until(...wait),
    cut: () => way.cut(),
    mend: () => way.mend(),
    kill,
  };
}

/** What actions of a boot are carried out with. */
interface Shell {
  readonly node: BrokerNode;
  readonly life: Life;
  readonly caches: WatchedCaches;
  readonly ask: (rpc: string, request: Buffer) => Promise<Attempt>;
  readonly registered: (epoch: bigint) => void;
  readonly signal: AbortSignal;
}

/** Resolves when it runs, and goes on; an error is the end of the broker, whenever it comes. */
function carryOutBoot(
  shell: Shell,
  actions: Boot,
  kill: () => void,
): Pick<Broker, 'running' | 'failure'> {
  const running = Promise.withResolvers<undefined>();
  const failure = Promise.withResolvers<string>();
  // Nobody may be looking.
  running.promise.catch(() => undefined);
  follow(shell, actions, () => running.resolve(undefined)).catch((error: unknown) => {
    running.reject(error);
    if (shell.signal.aborted) return;
    kill();
    failure.resolve(error instanceof Error ? error.message : String(error));
  });
  return { running: running.promise, failure: failure.promise };
}

async function follow(shell: Shell, actions: Boot, runs?: () => void): Promise<void> {
  for (let step = actions.next(); step.done !== true && !shell.signal.aborted;) {
    const outcome = await carryOut(shell, step.value);
    if (shell.life.phase === RUNNING) runs?.();
    step = actions.next(outcome);
  }
}

async function carryOut(shell: Shell, action: BootAction): Promise<Attempt | undefined> {
  const { life, caches, ask, registered, signal } = shell;
  switch (action.kind) {
    case 'phase':
      life.phase = action.name;
      return;
    case 'call':
      return ask(action.rpc, action.request);
    case 'cache':
      caches.set(load(caches.now, action.rows));
      return;
    case 'await push':
      await caches.until(action.what, action.limitMs, action.holds);
      return;
    case 'registered':
      // It is not told of itself.
      caches.set(put(caches.now, 'Node', shell.node));
      registered(action.epoch);
      return;
    case 'leader seen':
      life.leader = action.id;
      return;
    case 'pause':
      return sleep(action.ms, undefined, { signal });
  }
}

function every(ms: number, signal: AbortSignal, task: () => void): void {
  const timer = setInterval(task, ms);
  signal.addEventListener('abort', () => clearInterval(timer));
}
