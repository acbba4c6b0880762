import { FLAG } from './frame.ts';
import type { Frame } from './frame.ts';
import { Http2Error } from './http2-error.ts';

/** A block fits into one or two frames: more of them are only there to make work, and objects to keep. */
const FRAGMENTS_MAX = 16;

/** Headers of a stream, put together but not decoded. */
export interface HeaderBlock {
  readonly stream: number;
  readonly fragments: Buffer;
  readonly endsStream: boolean;
}

/** Puts header blocks together of HEADERS and its CONTINUATIONs (RFC 9113 §6.10). */
export interface HeaderBlocks {
  begin(frame: Frame, fragment: Buffer): void;
  goOn(frame: Frame): void;
  /** The stream whose headers go on: nothing but a continuation may come. */
  open(): number | undefined;
  /** Bytes that wait for the rest of their block. */
  waitingBytes(): number;
}

interface OpenBlock {
  readonly stream: number;
  readonly endsStream: boolean;
  readonly fragments: Buffer[];
  bytes: number;
}

/** @param bytesMax longest block as it is sent, so that no flood of continuations fills the memory. */
export function createHeaderBlocks(
  bytesMax: number,
  whole: (block: HeaderBlock) => void,
): HeaderBlocks {
  let block: OpenBlock | undefined;
  return {
    open: () => block?.stream,
    waitingBytes: () => block?.bytes ?? 0,
    begin: ({ stream, flags }, fragment) => {
      const endsStream = (flags & FLAG.endStream) !== 0;
      if ((flags & FLAG.endHeaders) !== 0) whole({ stream, fragments: fragment, endsStream });
      else {
        // Copies: they stay while more is waited for.
        block = { stream, endsStream, fragments: [Buffer.from(fragment)], bytes: fragment.length };
      }
    },
    goOn: ({ stream, flags, payload }) => {
      if (block?.stream !== stream) {
        throw new Http2Error('protocolError', 'headers that go on but were not begun');
      }
      block.bytes += payload.length;
      if (block.bytes > bytesMax) {
        throw new Http2Error('enhanceYourCalm', `headers of more than ${bytesMax} bytes`);
      }
      if (block.fragments.push(Buffer.from(payload)) > FRAGMENTS_MAX) {
        throw new Http2Error('enhanceYourCalm', `headers in more than ${FRAGMENTS_MAX} frames`);
      }
      if ((flags & FLAG.endHeaders) === 0) return;
      const { endsStream, fragments } = block;
      block = undefined;
      whole({ stream, fragments: Buffer.concat(fragments), endsStream });
    },
  };
}
