/**
 * Sends, each after the member has made sure that it leads still: one that was stopped for a while
 * must not tell what its successor's pushes have overtaken.
 */
import type { Node } from '../../node/node.ts';
import type { Push } from '../../state/resources/push.ts';
import type { CacheUpdates } from './cache-updates.ts';

export interface Send {
  /** Its number. */
  readonly send: number;
  readonly broker: bigint;
  readonly address: string;
  readonly records: readonly Push[];
}

export interface ConfirmedSends {
  send(send: Send): void;
  /** Nobody waits for this one any more. */
  abandon(send: number): void;
  /** Nobody waits for any, and none is to arrive. */
  abandonAll(): void;
}

export interface ConfirmedSendsParts {
  readonly node: Pick<Node, 'read'>;
  readonly updates: CacheUpdates;
  /** Of records under way to all brokers together; what is longer goes alone. */
  readonly bytesMax: number;
  /** Of a clock that never goes back. */
  readonly nowMs: () => number;
  /**
   * That it leads counts for so long from when it began to make sure: one that was stopped meanwhile
   * still finds the answers that had arrived before.
   */
  readonly confirmedMs: number;
  readonly done: (send: number, acknowledged: boolean) => void;
  /** A broker has acknowledged one. */
  readonly reached: (broker: bigint) => void;
}

export function createConfirmedSends(parts: ConfirmedSendsParts): ConfirmedSends {
  const { node, updates, bytesMax, nowMs, confirmedMs, done, reached } = parts;
  /** Wait for the member to make sure; wait for room; are under way. */
  const unsure = new Map<number, Send>();
  const confirmed = new Map<number, Send & { readonly askedMs: number }>();
  const flying = new Map<number, { readonly bytes: number; readonly giveUp: () => void }>();
  let flyingBytes = 0;
  let asking = false;

  /** All that gather while it asks are confirmed together by the next time. */
  function confirm(): void {
    if (asking || unsure.size === 0) return;
    asking = true;
    const asked = [...unsure.keys()];
    const askedMs = nowMs();
    node.read(({ kind }) => {
      asking = false;
      const sends = asked.flatMap((send) => unsure.get(send) ?? []);
      for (const { send } of sends) unsure.delete(send);
      if (kind === 'ready')
        for (const each of sends) confirmed.set(each.send, { ...each, askedMs });
      else for (const { send } of sends) done(send, false);
      startAll();
    });
  }

  function startAll(): void {
    for (const each of confirmed.values()) {
      const isOld = nowMs() - each.askedMs > confirmedMs;
      const bytes = bytesOf(each);
      if (!isOld && flyingBytes > 0 && flyingBytes + bytes > bytesMax) break;
      confirmed.delete(each.send);
      if (isOld) unsure.set(each.send, each);
      else start(each, bytes);
    }
    confirm();
  }

  function start({ send, broker, address, records }: Send, bytes: number): void {
    flyingBytes += bytes;
    const giveUp = updates.send(address, records, (acknowledged) => {
      land(send);
      if (acknowledged) reached(broker);
      done(send, acknowledged);
      startAll();
    });
    flying.set(send, { bytes, giveUp });
  }

  function land(send: number): void {
    flyingBytes -= flying.get(send)?.bytes ?? 0;
    flying.delete(send);
  }

  function abandon(send: number): void {
    unsure.delete(send);
    confirmed.delete(send);
    flying.get(send)?.giveUp();
    land(send);
  }

  return {
    send: (send) => {
      unsure.set(send.send, send);
      confirm();
    },
    abandon: (send) => {
      abandon(send);
      startAll();
    },
    abandonAll: () => {
      for (const waiting of [unsure, confirmed, flying]) {
        for (const send of waiting.keys()) abandon(send);
      }
      updates.disconnect();
    },
  };
}

const bytesOf = ({ records }: Send): number =>
  records.reduce((sum, { payload }) => sum + payload.length, 0);
