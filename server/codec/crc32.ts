import { crc32 } from 'node:zlib';

/**
 * CRC-32 of bytes that follow those whose CRC-32 is `before`. For some empty buffers Node's own answers
 * 0 in some releases (20 is one), whatever came before: on it every backup would be called damaged.
 */
export const continueCrc32 = (bytes: Uint8Array, before: number): number =>
  bytes.length === 0 ? before : crc32(bytes, before);
