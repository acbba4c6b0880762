/**
 * What a client has not read of what it was sent. Nobody else can tell: the kernel takes megabytes for
 * a client that reads nothing, and in a container they count like any other memory. A ping is answered
 * when all before it has been read (RFC 9113 §6.7), and cannot be answered before it has come, for
 * what is in it is random.
 */
import { randomBytes } from 'node:crypto';

export interface Delivery {
  /** So many bytes more were written. */
  wrote(bytes: number): void;
  /** The client answered a ping. */
  answered(payload: Buffer): void;
  /** What it has not read beyond the little that every connection may have on its way. */
  unreadBytes(): number;
  /** What is waited for, if it is much; of the same name for as long as it is the same. */
  debts(): string[];
}

/** A client that was sent more than this is asked. */
const ASK_BYTES = 8 << 10;
const FREE_BYTES = 16 << 10;
const PING_BYTES = 8;

export function createDelivery(ping: (payload: Buffer) => void): Delivery {
  let writtenBytes = 0;
  let readBytes = 0;
  let asked: { readonly payload: Buffer; readonly writtenBytes: number } | undefined;

  function ask(): void {
    if (asked !== undefined || writtenBytes - readBytes <= ASK_BYTES) return;
    asked = { payload: randomBytes(PING_BYTES), writtenBytes };
    ping(asked.payload);
  }

  const unreadBytes = (): number => Math.max(0, writtenBytes - readBytes - FREE_BYTES);

  return {
    unreadBytes,
    debts: () =>
      asked === undefined || unreadBytes() === 0
        ? []
        : [`bytes before ${asked.writtenBytes} to be read`],
    wrote: (bytes) => {
      writtenBytes += bytes;
      ask();
    },
    answered: (payload) => {
      if (asked?.payload.equals(payload) !== true) return;
      readBytes = asked.writtenBytes;
      asked = undefined;
      ask();
    },
  };
}
