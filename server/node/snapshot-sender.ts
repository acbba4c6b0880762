import type { Defer } from '../ports/clock.ts';
import type { SnapshotSource } from '../ports/snapshot-source.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Envelope, Transport } from '../ports/transport.ts';
import type { SendSnapshot } from '../raft/effect.ts';
import { ORIGIN } from '../raft/ids.ts';
import type { Index, MemberId } from '../raft/ids.ts';
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
  /** Breaks off what runs, and reports nothing any more. */
  stop(): void;
}

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
  const running = new Map<MemberId, SnapshotSource>();
  let stopped = false;

  function report({ to, term }: SendSnapshot, index: Index, delivered: boolean): void {
    if (!stopped) feed({ kind: 'snapshotSent', to, term, index, delivered });
  }

  function begin(effect: SendSnapshot): boolean {
    const { to, term } = effect;
    if (running.has(to)) return false;
    const source = state.snapshot();
    const { index, term: stateTerm, configuration, configurationIndex } = source.position;
    const snapshot = { index, term: stateTerm, configuration, configurationIndex };
    const envelope = address({ kind: 'snapshot', from: self, to, term, snapshot });
    if (envelope === undefined) {
      source.close();
      return false;
    }
    running.set(to, source);
    transport.sendSnapshot(envelope, source, (delivered) => {
      running.delete(to);
      source.close();
      report(effect, index, delivered);
    });
    return true;
  }

  return {
    send: (effect) => {
      if (!begin(effect)) defer(() => report(effect, ORIGIN.index, false));
    },
    stop: () => {
      stopped = true;
      for (const source of running.values()) source.close();
    },
  };
}
