import type { Envelope } from '../../ports/transport.ts';
import type { Message } from '../../raft/message.ts';
import { messageBytesMax } from './message-codec.ts';

/** Messages that wait for one peer, bounded. */
export interface SendQueue {
  /**
   * Adds a message at the end. Returns how many messages were dropped for it, itself included: the
   * newest appends go first, because a leader sends them again and their order matters least at
   * the end; votes and heartbeats are small and what keeps a cluster together.
   */
  push(envelope: Envelope): number;
  /** Takes messages of one cluster from the front, up to `bytesMax` or a single larger one. */
  take(bytesMax: number): Batch | undefined;
  /** Drops all. Returns how many. */
  clear(): number;
}

/** What goes in one frame. */
export interface Batch {
  readonly cluster: string;
  readonly messages: readonly Message[];
}

interface Waiting {
  readonly cluster: string;
  readonly message: Message;
  readonly bytes: number;
}

export function createSendQueue(bytesMax: number, messagesMax: number): SendQueue {
  let waiting: Waiting[] = [];
  let bytesWaiting = 0;
  let appends = 0;

  const isFull = (bytes: number): boolean =>
    waiting.length >= messagesMax || (bytesWaiting + bytes > bytesMax && waiting.length > 0);

  function forget({ bytes, message }: Waiting): void {
    bytesWaiting -= bytes;
    if (message.kind === 'append') appends -= 1;
  }

  function dropNewestAppend(): void {
    const at = waiting.findLastIndex(({ message }) => message.kind === 'append');
    for (const dropped of waiting.splice(at, 1)) forget(dropped);
  }

  return {
    push: ({ cluster, message }) => {
      const bytes = messageBytesMax(message);
      const isAppend = message.kind === 'append';
      let dropped = 0;
      while (isFull(bytes)) {
        dropped += 1;
        if (isAppend || appends === 0) return dropped;
        dropNewestAppend();
      }
      waiting.push({ cluster, message, bytes });
      bytesWaiting += bytes;
      if (isAppend) appends += 1;
      return dropped;
    },
    take: (limit) => {
      const [first] = waiting;
      if (first === undefined) return undefined;
      let bytes = 0;
      let count = 0;
      for (const next of waiting) {
        bytes += next.bytes;
        if (count > 0 && (bytes > limit || next.cluster !== first.cluster)) break;
        count += 1;
      }
      // Mostly all of them: the rest is copied only while the peer is slow.
      const taken = waiting;
      waiting = taken.length === count ? [] : taken.slice(count);
      taken.length = count;
      for (const each of taken) forget(each);
      return { cluster: first.cluster, messages: taken.map(({ message }) => message) };
    },
    clear: () => {
      const dropped = waiting.length;
      waiting = [];
      bytesWaiting = 0;
      appends = 0;
      return dropped;
    },
  };
}
