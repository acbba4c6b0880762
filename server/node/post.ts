import type { Identity } from '../ports/identity.ts';
import type { Envelope, Transport } from '../ports/transport.ts';
import type { Message, StateReport } from '../raft/message.ts';
import type { Raft } from '../raft/raft.ts';
import { createDirectories } from './directories.ts';

/** Puts messages into envelopes, and looks at the envelopes that come. */
export interface Post {
  /** Undefined when the receiver's directory is not known. */
  readonly address: (message: Message) => Envelope | undefined;
  /** Sends what can be addressed. */
  send(message: Message): void;
  /** Whether an envelope is meant for this member, and from the directory its sender's id belongs to. */
  readonly accepts: (envelope: Envelope) => boolean;
}

/**
 * The post of the member `identity`, which lives in `directory`.
 *
 * @param report what to tell a leader of the own state.
 */
export function createPost(
  transport: Transport,
  { cluster, member }: Identity,
  directory: string,
  raft: Raft,
  report: () => StateReport | undefined,
): Post {
  const directories = createDirectories();

  function address(message: Message): Envelope | undefined {
    const receiver = directories.find(raft, message.to);
    if (receiver === undefined) return undefined;
    return { cluster, directory: receiver, source: directory, message };
  }

  function withReport(message: Message): Message {
    if (message.kind !== 'heartbeatReply') return message;
    const state = report();
    return state === undefined ? message : { ...message, state };
  }

  return {
    address,
    send: (message) => {
      const envelope = address(withReport(message));
      if (envelope !== undefined) transport.send(envelope);
    },
    accepts: ({ cluster: theirs, directory: receiver, source, message }) =>
      theirs === cluster &&
      receiver === directory &&
      message.to === member &&
      directories.heard(raft, message.from, source),
  };
}
