import { FLAG } from './frame.ts';
import type { Frame } from './frame.ts';
import { Http2Error } from './http2-error.ts';

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
  /** Whether nothing but a continuation may come. */
  isOpen(): boolean;
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
    isOpen: () => block !== undefined,
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
      if (payload.length === 0 || block.bytes > bytesMax) {
        throw new Http2Error('enhanceYourCalm', `headers of more than ${bytesMax} bytes`);
      }
      block.fragments.push(Buffer.from(payload));
      if ((flags & FLAG.endHeaders) === 0) return;
      const { endsStream, fragments } = block;
      block = undefined;
      whole({ stream, fragments: Buffer.concat(fragments), endsStream });
    },
  };
}
