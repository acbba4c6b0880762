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
import { leaderOf, termOf } from '../raft/raft.ts';
import type { Raft } from '../raft/raft.ts';
import type { Call } from './calls.ts';
import { createContexts } from './contexts.ts';
import { createDesks } from './desks.ts';
import type { Desks } from './desks.ts';
import { carryOut } from './effect-handlers.ts';
import type { EffectHandlers } from './effect-handlers.ts';
import { createEngine } from './engine.ts';
import type { End } from './engine.ts';
import { createKeeper } from './keeper.ts';
import type { Keeper } from './keeper.ts';
import type { NodeObserver, NodeOptions, NodePorts } from './node.ts';
import type { Opened } from './opening.ts';
import type { CompactOutcome } from './outcome.ts';
import { createPost } from './post.ts';
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
  /** While it leads: replaces the state of another member by its own. Not while the core is being stepped. */
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
  const engine = createEngine(
    {
      boot: { ...opened, id: identity.member, seed },
      core: options.core,
      clock: ports.clock,
      observer,
    },
    {
      effect: (effect) => carryOut(handlers, effect),
      ended: (end) => {
        keeper.stop();
        ended(end);
      },
    },
  );
  const { raft, feed } = engine;
  const post = createPost(ports.transport, identity, options.directory, raft, () =>
    keeper.checks.report(),
  );
  const keeper: Keeper = createKeeper(
    {
      ports,
      options,
      opened,
      member: identity.member,
      post,
      logBase: () => baseOf(raft.log).index,
    },
    {
      feed,
      failed: engine.fail,
      applied: (entry, reply, position) => {
        observer.applied?.(entry);
        desks.applied(entry, reply, position);
      },
      settled: ({ index }) => desks.settled(index),
      replaced: (position) => {
        observer.restored?.(position, 'installed');
        desks.replaced(position.index);
      },
      rebuilt: (position) => {
        engine.stop();
        keeper.stop();
        observer.rebuilt?.(position);
        ended({ kind: 'rebuilt' });
      },
      scrubbed: (damage) => observer.scrubbed?.(damage),
    },
  );
  const { applier, checks, compaction } = keeper;
  const stand = (): Index => applier.position().index;
  const contexts = createContexts(seed);
  const desks = createDesks({ defer: ports.defer, contexts, raft, feed, stand });
  const handlers: EffectHandlers = {
    ...keeper.handlers,
    ...desks.handlers,
    roleChanged: (effect) => {
      if (effect.role !== 'leader') checks.forget();
      desks.handlers.roleChanged(effect);
    },
    send: ({ message }) => post.send(message),
    // The observer sees it, and the status shows it for as long as it lasts.
    alarm: () => undefined,
  };
  observer.restored?.(opened.state, 'opened');

  return {
    desks,
    row: applier.read,
    range: applier.range,
    feed,
    accepts: post.accepts,
    receive: (message) => {
      if (message.kind === 'heartbeatReply' && message.state !== undefined) {
        // Said in an earlier term, it may be of a state that was replaced since.
        if (raft.role.kind === 'leader' && message.term === termOf(raft)) {
          checks.heard(message.from, message.state);
        }
      }
      feed({ kind: 'message', message });
    },
    rebuild: (member, done) => {
      if (raft.role.kind === 'leader') keeper.sendRebuild(member, termOf(raft), done);
      else ports.defer(() => done(false));
    },
    receiveSnapshot: (message, body, done) => {
      const rebuilds = message.rebuild === true;
      if (rebuilds && (message.term !== termOf(raft) || leaderOf(raft) !== message.from)) {
        body.close();
        done(false);
        return;
      }
      keeper.stage(message.from, { ...body, hash: message.hash }, (staged) => {
        done(staged);
        if (!staged) return;
        if (rebuilds) keeper.rebuild(message.from, message.snapshot);
        else feed({ kind: 'message', message });
      });
    },
    // A caller may be answered within a step, and call again.
    compact: (call) => ports.defer(() => compact(raft, keeper, call)),
    tick: () => {
      feed({ kind: 'tick' });
      keeper.tick();
    },
    standing: () => ({ identity, raft, applier, checks, compaction, nowMs: ports.clock.nowMs() }),
    stop: () => {
      engine.stop();
      keeper.stop();
    },
  };
}

/** Compacts the log through what is durable, as far as the core knows that it is applied. */
function compact(raft: Raft, { applier, compaction }: Keeper, call: Call<CompactOutcome>): void {
  const durable = applier.durable().index;
  compaction.now(durable < raft.applied ? durable : raft.applied, () => {
    call.answer({ kind: 'compacted', first: advance(baseOf(raft.log).index) });
  });
}
