import { status } from '@grpc/grpc-js';
import { createMessageAssembly } from './message-frame.ts';
import type { ServedCallParts } from './served-call.ts';
import type { Failure } from './unary-handler.ts';

type IntakeParts = Pick<ServedCallParts, 'grant' | 'hold' | 'messageBytesMax' | 'room'>;

/** Takes the message of one request in, as far as there is room for it. */
export interface RequestIntake {
  /** Takes more of it; returns why it cannot go on, if it cannot. The bytes are a view. */
  add(bytes: Buffer, last: boolean): Failure | undefined;
  /** The message, when it is whole. */
  message(): Buffer | undefined;
  /** Nothing is kept any more; again, it does nothing. */
  release(): void;
}

export function createRequestIntake(parts: IntakeParts): RequestIntake {
  const { room, messageBytesMax, grant, hold } = parts;
  const assembly = createMessageAssembly();
  let heldBytes = 0;

  /** More of a message is to come: it needs room, and the client to be let on. */
  function goOn(bytes: number, missingBytes: number): Failure | undefined {
    if (missingBytes === 0) return undefined;
    if (!room.has(bytes)) return NO_ROOM;
    grant(missingBytes);
    return undefined;
  }

  function take(bytes: Buffer, last: boolean): Failure | undefined {
    const taken = assembly.add(bytes, last);
    switch (taken.kind) {
      case 'going':
        return undefined;
      case 'length':
        return taken.bytes > messageBytesMax
          ? exhausted(`limits.message: ${messageBytesMax} bytes at most, got ${taken.bytes}`)
          : goOn(taken.bytes, taken.missingBytes);
      case 'compressed':
        return unimplemented('a compressed request that does not say how');
      case 'tooMany':
        return unimplemented('more than one message in a request');
    }
  }

  function count(bytes: number): void {
    if (bytes !== heldBytes) hold(bytes - heldBytes);
    heldBytes = bytes;
  }

  return {
    message: () => assembly.message(),
    add: (bytes, last) => {
      const problem = take(bytes, last);
      count(assembly.heldBytes());
      return problem;
    },
    release: () => count(0),
  };
}

const exhausted = (details: string): Failure => ({ code: status.RESOURCE_EXHAUSTED, details });

const unimplemented = (details: string): Failure => ({ code: status.UNIMPLEMENTED, details });

/** To a request for which there is no room. */
export const NO_ROOM: Failure = exhausted(
  'limits.connection_bytes: requests and replies fill it; try again later',
);
