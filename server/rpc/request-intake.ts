import { status } from '@grpc/grpc-js';
import { createMessageAssembly } from './message-frame.ts';
import type { Room } from './room.ts';
import type { Failure } from './unary-handler.ts';

export interface IntakeParts {
  /** For messages that do not come in one piece. */
  readonly room: Room;
  readonly messageBytesMax: number;
  /** Lets the client send so many bytes more. */
  readonly grant: (bytes: number) => void;
}

/** Takes the message of one request in, as far as there is room for it. */
export interface RequestIntake {
  /** Takes more of it; returns why it cannot go on, if it cannot. The bytes are a view. */
  add(bytes: Buffer): Failure | undefined;
  /** The message, when it is whole. */
  message(): Buffer | undefined;
  /** Gives its room back; again, it does nothing. */
  release(): void;
}

export function createRequestIntake({ room, messageBytesMax, grant }: IntakeParts): RequestIntake {
  const assembly = createMessageAssembly();
  let reservedBytes = 0;

  /** More of a message of `bytes` is to come: it needs room, and the client to be let on. */
  function reserve(bytes: number): Failure | undefined {
    if (bytes > messageBytesMax) {
      return exhausted(`limits.message: ${messageBytesMax} bytes at most, got ${bytes}`);
    }
    if (!room.has(bytes)) {
      return exhausted('limits.connection_bytes: requests and replies fill it; try again later');
    }
    reservedBytes = bytes;
    room.take(bytes);
    grant(bytes);
    return undefined;
  }

  return {
    message: () => assembly.message(),
    add: (bytes) => {
      const added = assembly.add(bytes);
      switch (added.kind) {
        case 'going':
          return undefined;
        case 'length':
          return reserve(added.bytes);
        case 'compressed':
          return unimplemented('a compressed request that does not say how');
        case 'tooMany':
          return unimplemented('more than one message in a request');
      }
    },
    release: () => {
      room.take(-reservedBytes);
      reservedBytes = 0;
    },
  };
}

const exhausted = (details: string): Failure => ({ code: status.RESOURCE_EXHAUSTED, details });

const unimplemented = (details: string): Failure => ({ code: status.UNIMPLEMENTED, details });
