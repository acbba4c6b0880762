import { FRAME_BYTES_DEFAULT, FRAME_BYTES_MAX } from './frame.ts';
import { Http2Error } from './http2-error.ts';

/** Identifiers of settings (RFC 9113 §6.5.2). */
export const SETTING = {
  enablePush: 0x2,
  maxConcurrentStreams: 0x3,
  initialWindowSize: 0x4,
  maxFrameSize: 0x5,
  maxHeaderListSize: 0x6,
} as const;

/** What streams and connections may carry unless somebody said otherwise. */
export const WINDOW_BYTES_DEFAULT = 65_535;
export const WINDOW_BYTES_MAX = 2 ** 31 - 1;
const SETTING_BYTES = 6;

/** What the other end takes. */
export interface PeerSettings {
  readonly windowBytes: number;
  readonly frameBytesMax: number;
}

export const DEFAULT_PEER_SETTINGS: PeerSettings = {
  windowBytes: WINDOW_BYTES_DEFAULT,
  frameBytesMax: FRAME_BYTES_DEFAULT,
};

/** What it takes after it sent `payload`. @throws Http2Error for what cannot be. */
export function readSettings(before: PeerSettings, payload: Buffer): PeerSettings {
  if (payload.length % SETTING_BYTES !== 0) {
    throw new Http2Error('frameSizeError', `settings of ${payload.length} bytes`);
  }
  let { windowBytes, frameBytesMax } = before;
  for (let at = 0; at < payload.length; at += SETTING_BYTES) {
    const value = payload.readUInt32BE(at + 2);
    switch (payload.readUInt16BE(at)) {
      case SETTING.enablePush:
        if (value > 1) throw new Http2Error('protocolError', `ENABLE_PUSH of ${value}`);
        break;
      case SETTING.initialWindowSize:
        if (value > WINDOW_BYTES_MAX) {
          throw new Http2Error('flowControlError', `INITIAL_WINDOW_SIZE of ${value}`);
        }
        windowBytes = value;
        break;
      case SETTING.maxFrameSize:
        if (value < FRAME_BYTES_DEFAULT || value > FRAME_BYTES_MAX) {
          throw new Http2Error('protocolError', `MAX_FRAME_SIZE of ${value}`);
        }
        frameBytesMax = value;
        break;
      default:
        // What is not known is ignored; the rest does not matter to servers, nor to who makes few requests.
        break;
    }
  }
  return { windowBytes, frameBytesMax };
}

/** The payload of a SETTINGS frame. */
export function encodeSettings(settings: readonly (readonly [number, number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * SETTING_BYTES);
  settings.forEach(([identifier, value], at) => {
    payload.writeUInt16BE(identifier, at * SETTING_BYTES);
    payload.writeUInt32BE(value, at * SETTING_BYTES + 2);
  });
  return payload;
}
