import type { Clock } from '../../ports/clock.ts';
import type { Envelope } from '../../ports/transport.ts';
import type { OutgoingCall } from '../../rpc/outgoing-call.ts';
import { encodeFrame } from './frame-codec.ts';
import type { TransportOptions } from './options.ts';
import type { PeerCounters } from './peer-counters.ts';
import { createSendQueue } from './send-queue.ts';

/** Puts what waits for a peer into frames: all of a turn in one, as fast as the peer takes them. */
export interface LinkSender {
  push(envelope: Envelope): void;
  /** From now on frames leave on `call`, whose greeting named `cluster`. */
  start(call: OutgoingCall, cluster: string): void;
  /** The peer took some of what was on its way. */
  drained(): void;
  /** Drops what waits. Nothing leaves until the next start. */
  stop(): void;
  /** The peer repeated the number of a frame. */
  echoed(echo: number): void;
}

export function createLinkSender(
  options: TransportOptions,
  clock: Clock,
  counters: PeerCounters,
): LinkSender {
  const queue = createSendQueue(options.queueBytesMax, options.queueMessagesMax);
  const roundTrip = createRoundTrip(clock, options.roundTripEveryMs, counters);
  let stream: { readonly call: OutgoingCall; readonly cluster: string } | undefined;
  let scheduled = false;

  function flush(): void {
    while (stream !== undefined && stream.call.waitingBytes() < options.inflightBytesMax) {
      const batch = queue.take(options.frameBytesMax);
      if (batch === undefined) return;
      const { messages } = batch;
      const cluster = batch.cluster === stream.cluster ? '' : batch.cluster;
      const frame = encodeFrame({ cluster, messages, echo: roundTrip.begin() });
      counters.messagesSent += messages.length;
      counters.bytesSent += frame.length;
      stream.call.write(frame);
    }
  }

  return {
    push: (envelope) => {
      counters.messagesDropped += queue.push(envelope);
      if (scheduled || stream === undefined) return;
      scheduled = true;
      // After what is being handled now, and before anything else is.
      queueMicrotask(() => {
        scheduled = false;
        flush();
      });
    },
    start: (call, cluster) => {
      stream = { call, cluster };
      flush();
    },
    drained: () => {
      // What waits for the end of the turn goes with the rest of it.
      if (!scheduled) flush();
    },
    stop: () => {
      stream = undefined;
      counters.messagesDropped += queue.clear();
    },
    echoed: (echo) => roundTrip.returned(echo),
  };
}

/** Measures how long an answer takes, now and then, on frames that are sent anyway. */
function createRoundTrip(
  clock: Clock,
  everyMs: number,
  counters: PeerCounters,
): { begin(): number; returned(echo: number): void } {
  let number = 0;
  let sentMs = -Infinity;
  return {
    /** What the next frame asks to be repeated; 0 for nothing. */
    begin: () => {
      const nowMs = clock.nowMs();
      if (nowMs - sentMs < everyMs) return 0;
      sentMs = nowMs;
      number += 1;
      return number;
    },
    returned: (echo) => {
      if (echo === number) counters.roundTripMs = clock.nowMs() - sentMs;
    },
  };
}
