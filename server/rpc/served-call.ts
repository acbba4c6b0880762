import type { Answer } from '../http2/sender.ts';
import type { Room } from './room.ts';

/** One request that is served, as its connection sees it. */
export interface ServedCall {
  /** More of what the client sends. */
  data(bytes: Buffer, ended: boolean): void;
  /** The client has gone. */
  cancel(): void;
  /** What the client owes, if it is the rest of something; of the same name for as long as it is the same. */
  debt(): string | undefined;
}

/** What a call stands on. */
export interface ServedCallParts {
  /** For messages that do not come in one piece. */
  readonly room: Pick<Room, 'has'>;
  readonly messageBytesMax: number;
  /** Sends a part of the answer. */
  readonly send: (answer: Answer) => void;
  /** Lets the client send so many bytes more. */
  readonly grant: (bytes: number) => void;
  /** What is kept has grown by this, or become less. */
  readonly hold: (bytes: number) => void;
  /** Does this, but not in this turn, and not before the client has taken most of what waits for it. */
  readonly whenTaken: (task: () => void) => void;
  /** It has ended, or will with what is sent next: nothing that comes is of interest. */
  readonly over: () => void;
}
