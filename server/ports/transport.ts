import type { MemberId } from '../raft/ids.ts';
import type { Message } from '../raft/message.ts';
import type { SnapshotSource } from './snapshot-source.ts';

/** A message with what its receiver checks before it looks inside. */
export interface Envelope {
  readonly cluster: string;
  /** Directory UUID of the receiver. A member that was never told who it is learns it here. */
  readonly directory: string;
  /** Directory UUID of the sender: where answers go, though no configuration names it (yet, or any more). */
  readonly source: string;
  readonly message: Message;
}

/** What a transport does with what arrives. */
export interface TransportHandler {
  receive(envelope: Envelope): void;
  /** A snapshot message with its body. `done` once: true when the body is set aside whole. */
  receiveSnapshot(
    envelope: Envelope,
    body: SnapshotSource,
    done: (accepted: boolean) => void,
  ): void;
  /** The process behind a peer refused or dropped the connection (false), or answered (true). */
  reachable(peer: MemberId, reachable: boolean): void;
}

/** Sends between members: best effort, in any order, any number of times. Never blocks, bounded memory. */
export interface Transport {
  send(envelope: Envelope): void;
  /** Delivers the body, closes it, then says whether the receiver has it whole. Always answers. */
  sendSnapshot(envelope: Envelope, body: SnapshotSource, done: (delivered: boolean) => void): void;
}
