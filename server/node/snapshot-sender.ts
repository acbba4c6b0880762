import type { Defer } from '../ports/clock.ts';
import { StorageError } from '../ports/outcome.ts';
import type { SnapshotSource } from '../ports/snapshot-source.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Envelope, Transport } from '../ports/transport.ts';
import type { SendSnapshot } from '../raft/effect.ts';
import { ORIGIN } from '../raft/ids.ts';
import type { Index, MemberId, Term } from '../raft/ids.ts';
import type { Input } from '../raft/input.ts';
import type { Message } from '../raft/message.ts';

export interface SnapshotSenderPorts {
  readonly state: StateStore;
  readonly transport: Transport;
  readonly defer: Defer;
}

/** Streams the durable state to members that the log does not help any more. */
export interface SnapshotSender {
  send(effect: SendSnapshot): void;
  /**
   * Breaks off what was begun in other terms than the one this member leads in; undefined: in any.
   * Receivers take no snapshot of an earlier term, and it would be in the way of the next leader's.
   */
  leads(term: Term | undefined): void;
  /**
   * Sends it in place of a state that is not that of the majority. Not while the core is being stepped.
   *
   * @param done called once, also when this is stopped: whoever asked does nothing else meanwhile.
   */
  rebuild(to: MemberId, term: Term, done: (delivered: boolean) => void): void;
  /** Breaks off what runs, and feeds the core nothing any more. */
  stop(): void;
}

interface Running {
  readonly term: Term;
  readonly source: SnapshotSource;
  readonly done: (delivered: boolean) => void;
  /** Nothing more of it is sent. */
  broken: boolean;
}

function end({ source, done }: Running, delivered: boolean): void {
  source.close();
  done(delivered);
}

/** The source of a transfer, which fails once that is broken off: so its receiver is told as well. */
const breakable = (run: Running, defer: Defer): SnapshotSource => ({
  ...run.source,
  next: (done) => {
    if (!run.broken) run.source.next(done);
    else defer(() => done({ ok: false, error: new StorageError('closed', 'another term began') }));
  },
});

/**
 * One transfer per member at a time; another is answered as not delivered, and the core asks again.
 *
 * @param address puts a message into an envelope; undefined when the receiver's directory is unknown.
 */
export function createSnapshotSender(
  { state, transport, defer }: SnapshotSenderPorts,
  self: MemberId,
  address: (message: Message) => Envelope | undefined,
  feed: (input: Input) => void,
): SnapshotSender {
  const running = new Map<MemberId, Running>();
  let stopped = false;

  function begin(
    to: MemberId,
    term: Term,
    rebuild: boolean,
    done: (index: Index, delivered: boolean) => void,
  ): void {
    if (!attempt(to, term, rebuild, done)) defer(() => done(ORIGIN.index, false));
  }

  function attempt(
    to: MemberId,
    term: Term,
    rebuild: boolean,
    done: (index: Index, delivered: boolean) => void,
  ): boolean {
    if (running.has(to)) return false;
    const source = state.snapshot();
    const { index, term: stateTerm, configuration, configurationIndex } = source.position;
    const snapshot = { index, term: stateTerm, configuration, configurationIndex };
    const envelope = address({
      kind: 'snapshot',
      from: self,
      to,
      term,
      snapshot,
      ...(source.hash === undefined ? {} : { hash: source.hash }),
      ...(rebuild ? { rebuild } : {}),
    });
    if (envelope === undefined) {
      source.close();
      return false;
    }
    const run: Running = {
      ...{ term, source, broken: false },
      done: (delivered) => done(index, delivered),
    };
    running.set(to, run);
    transport.sendSnapshot(envelope, breakable(run, defer), (delivered) => {
      if (running.delete(to)) end(run, delivered);
    });
    return true;
  }

  return {
    send: ({ to, term }) =>
      begin(to, term, false, (index, delivered) => {
        if (!stopped) feed({ kind: 'snapshotSent', to, term, index, delivered });
      }),
    rebuild: (to, term, done) => begin(to, term, true, (_index, delivered) => done(delivered)),
    leads: (term) => {
      for (const each of running.values()) if (each.term !== term) each.broken = true;
    },
    stop: () => {
      stopped = true;
      const all = [...running.values()];
      running.clear();
      for (const run of all) end(run, false);
    },
  };
}
