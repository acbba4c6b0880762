/** The answer of a call, on the caller's side: headers, messages, an end. */
import { status } from '@grpc/grpc-js';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import { endOf, foreign } from './call-end.ts';
import type { CallEnd } from './call-end.ts';
import { createMessageReader } from './message-reader.ts';

export interface CallAnswer {
  headers(fields: readonly HeaderField[], ended: boolean): void;
  data(bytes: Buffer, ended: boolean): void;
}

export interface CallAnswerParts {
  /** Longest message that is taken. */
  readonly messageBytesMax: number;
  /** Returns whether more is wanted. */
  readonly message: (message: Buffer) => boolean;
  /** May be told more than once: the first counts. */
  readonly ended: (end: CallEnd) => void;
}

export function createCallAnswer({ messageBytesMax, message, ended }: CallAnswerParts): CallAnswer {
  const reader = createMessageReader(messageBytesMax);
  let begun = false;
  return {
    headers: (fields, last) => {
      const end = last ? endOf(fields) : begun ? undefined : foreign(fields);
      begun = true;
      if (end !== undefined) ended(end);
    },
    data: (bytes, last) => {
      if (reader.read(bytes, message) !== undefined) ended(UNREADABLE);
      if (last) ended(endOf([]));
    },
  };
}

const UNREADABLE: CallEnd = {
  code: status.INTERNAL,
  details: 'the other end sent a message that is compressed or too long',
};
