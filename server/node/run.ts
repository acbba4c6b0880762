/** One life of a core: from what is on disk to the end of the node, of its storage, or of all trust in it. */
import type { Identity } from '../ports/identity.ts';
import type { ReadRange, ReadRow } from '../ports/machine.ts';
import type { SnapshotSource } from '../ports/snapshot-source.ts';
import type { Envelope } from '../ports/transport.ts';
import { advance } from '../raft/ids.ts';
import type { Index, MemberId } from '../raft/ids.ts';
import type { Input } from '../raft/input.ts';
import { baseOf } from '../raft/log/log.ts';
import type { Message, Snapshot } from '../raft/message.ts';
import type { Raft } from '../raft/raft.ts';
import type { Call } from './calls.ts';
import { createContexts } from './contexts.ts';
import { createDesks } from './desks.ts';
import type { Desks } from './desks.ts';
import { carryOut } from './effect-handlers.ts';
import type { EffectHandlers } from './effect-handlers.ts';
import { createEngine } from './engine.ts';
import type { End, Engine } from './engine.ts';
import { createKeeper } from './keeper.ts';
import type { Keeper } from './keeper.ts';
import type { NodeObserver, NodeOptions, NodePorts } from './node.ts';
import type { Opened } from './opening.ts';
import type { CompactOutcome } from './outcome.ts';
import { createPost } from './post.ts';
import type { Post } from './post.ts';
import { createRepairs } from './repairs.ts';
import type { Repairs } from './repairs.ts';
import type { Standing } from './status.ts';

/** What a run stands on. */
export interface RunSetup {
  readonly ports: NodePorts;
  readonly options: NodeOptions;
  readonly observer: NodeObserver;
  readonly identity: Identity;
  readonly opened: Opened;
  /** Of this run alone. */
  readonly seed: number;
}

/** How a run ends by itself. `rebuilt`: its state was replaced; the stores must be opened anew. */
export type RunEnd = End | { readonly kind: 'rebuilt' };

export interface Run {
  readonly desks: Desks;
  readonly row: ReadRow;
  readonly range: ReadRange;
  /** Lets something happen to the core, now or after what is happening. */
  feed(input: Input): void;
  /** Takes a message in. */
  receive(message: Message): void;
  /** While it leads: replaces the state of another member by its own; see `Node`. */
  rebuild(member: MemberId, done: (delivered: boolean) => void): void;
  /** Whether an envelope is meant for this member, and from who it says. */
  accepts(envelope: Envelope): boolean;
  /** Takes a snapshot message in, once its body is set aside. */
  receiveSnapshot(message: Snapshot, body: SnapshotSource, done: (accepted: boolean) => void): void;
  compact(call: Call<CompactOutcome>): void;
  tick(): void;
  standing(): Standing;
  /** Nothing is begun or reported any more. */
  stop(): void;
}

/**
 * Starts a core on what was opened.
 *
 * @param ended the run ended by itself: nothing happens any more.
 */
export function createRun(setup: RunSetup, ended: (end: RunEnd) => void): Run {
  const { ports, options, observer, identity, opened, seed } = setup;
  const boot = { ...opened, id: identity.member, seed };
  const engine = createEngine(
    { boot, core: options.core, clock: ports.clock, observer },
    {
      effect: (effect) => carryOut(handlers, effect),
      ended: (end) => {
        stop();
        ended(end);
      },
    },
  );
  const { raft, feed } = engine;
  const stop = (): void => {
    engine.stop();
    keeper.stop();
    repairs.stop();
  };
  const post = createPost(ports.transport, identity, options.directory, raft, () =>
    repairs.checks.report(),
  );
  const keeper: Keeper = createKeeper(
    { ports, options, opened, member: identity.member, post },
    {
      feed,
      failed: engine.fail,
      applied: (entry, { reply, pushes = [] }, position) => {
        observer.applied?.(entry, pushes);
        desks.applied(entry, reply, position);
      },
      checked: (digest) => repairs.checks.checked(digest),
      settled: ({ index }) => desks.settled(index),
      notStaged: (from, error) => observer.notStaged?.(from, error),
      replaced: (position) => {
        repairs.checks.replaced();
        observer.restored?.(position, 'installed', keeper.applier.read);
        desks.replaced(position.index);
      },
    },
  );
  const repairs = createRepairs({ ...ports, raft, keeper }, options, {
    failed: engine.fail,
    rebuilt: (position) => {
      stop();
      observer.rebuilt?.(position);
      ended({ kind: 'rebuilt' });
    },
    scrubbed: (damage) => observer.scrubbed?.(damage),
  });
  const stand = (): Index => keeper.applier.position().index;
  const contexts = createContexts(seed);
  const desks = createDesks({ defer: ports.defer, contexts, raft, feed, stand });
  const handlers = handlersOf(keeper, repairs, desks, post);
  observer.restored?.(opened.state, 'opened', keeper.applier.read);
  return faceOf({ ports, identity, engine, accepts: post.accepts, keeper, repairs, desks, stop });
}

/** What a run is made of. */
interface RunParts {
  readonly ports: NodePorts;
  readonly identity: Identity;
  readonly engine: Engine;
  readonly accepts: Post['accepts'];
  readonly keeper: Keeper;
  readonly repairs: Repairs;
  readonly desks: Desks;
  readonly stop: () => void;
}

/** What others see of it. */
function faceOf(parts: RunParts): Run {
  const { ports, identity, engine, accepts, keeper, repairs, desks, stop } = parts;
  const { raft, feed } = engine;
  const { applier, compaction, staged } = keeper;
  return {
    desks,
    row: applier.read,
    range: applier.range,
    feed,
    accepts,
    receive: (message) => {
      repairs.heard(message);
      feed({ kind: 'message', message });
    },
    receiveSnapshot: (message, body, done) => {
      const told = { ...body, hash: message.hash };
      if (message.rebuild === true) {
        repairs.receive(message, told, done);
        return;
      }
      staged.stage(message.from, told, (isStaged) => {
        done(isStaged);
        if (isStaged) feed({ kind: 'message', message });
      });
    },
    rebuild: (member, done) => repairs.send(member, done),
    // A caller may be answered within a step, and call again.
    compact: (call) => ports.defer(() => compact(raft, keeper, call)),
    tick: () => {
      feed({ kind: 'tick' });
      applier.tick();
      repairs.tick();
    },
    standing: () => ({
      identity,
      raft,
      applier,
      checks: repairs.checks,
      compaction,
      nowMs: ports.clock.nowMs(),
    }),
    stop,
  };
}

const handlersOf = (
  keeper: Keeper,
  repairs: Repairs,
  desks: Desks,
  post: Post,
): EffectHandlers => ({
  ...keeper.handlers,
  ...desks.handlers,
  roleChanged: (effect) => {
    keeper.handlers.roleChanged(effect);
    repairs.checks.roleChanged(effect.role);
    desks.handlers.roleChanged(effect);
  },
  send: ({ message }) => post.send(message),
  // The observer sees it, and the status shows it for as long as it lasts.
  alarm: () => undefined,
});

/** Compacts the log through what is durable, as far as the core knows that it is applied. */
function compact(raft: Raft, { applier, compaction }: Keeper, call: Call<CompactOutcome>): void {
  const durable = applier.durable().index;
  compaction.now(durable < raft.applied ? durable : raft.applied, () => {
    call.answer({ kind: 'compacted', first: advance(baseOf(raft.log).index) });
  });
}
