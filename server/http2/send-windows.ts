/** How much the other end takes (RFC 9113 §5.2). */
import { Http2Error } from './http2-error.ts';
import { DEFAULT_PEER_SETTINGS, WINDOW_BYTES_DEFAULT, WINDOW_BYTES_MAX } from './peer-settings.ts';
import type { PeerSettings } from './peer-settings.ts';
import type { Stream } from './stream.ts';

export interface SendWindows {
  settings(): PeerSettings;
  /** Bytes that can be sent on a stream in one frame; less than one if none can. */
  room(stream: Stream): number;
  /** Whether the window of the connection is open. */
  isOpen(): boolean;
  spend(stream: Stream, bytes: number): void;
  /** Opens that of a stream, or of the connection. @throws Http2Error when it gets too large. */
  widen(bytes: number, stream: Stream | undefined): void;
  /** What the other end takes from now on, also on the streams there are. @throws Http2Error likewise. */
  configure(settings: PeerSettings, streams: Iterable<Stream>): void;
}

export function createSendWindows(): SendWindows {
  let settings = DEFAULT_PEER_SETTINGS;
  let window = WINDOW_BYTES_DEFAULT;
  return {
    settings: () => settings,
    room: ({ sendWindow }) => Math.min(sendWindow, window, settings.frameBytesMax),
    isOpen: () => window > 0,
    spend: (stream, bytes) => {
      stream.sendWindow -= bytes;
      stream.sentBytes += bytes;
      window -= bytes;
    },
    widen: (bytes, stream) => {
      if (stream === undefined) window = widened(window, bytes);
      else stream.sendWindow = widened(stream.sendWindow, bytes);
    },
    configure: (next, streams) => {
      const change = next.windowBytes - settings.windowBytes;
      settings = next;
      for (const stream of streams) stream.sendWindow = widened(stream.sendWindow, change);
    },
  };
}

function widened(window: number, bytes: number): number {
  if (window + bytes <= WINDOW_BYTES_MAX) return window + bytes;
  throw new Http2Error('flowControlError', 'a window of 2^31 bytes or more');
}
