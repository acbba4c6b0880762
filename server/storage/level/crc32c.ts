/** CRC-32C (RFC 3720, appendix B.4), which LevelDB uses and Node does not offer. */

const POLYNOMIAL = 0x82f63b78;
const STRIDE = 8;

/**
 * For each byte, and each count of zero bytes behind it below `STRIDE`, what they do to a checksum:
 * so that eight bytes are done in one step ("slicing-by-8", Kounavis and Berry 2008), for a state
 * is read whole at every start.
 */
const TABLE = createTable();

function createTable(): Int32Array {
  const table = new Int32Array(256 * STRIDE);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? POLYNOMIAL : 0);
    table[byte] = value;
  }
  for (let at = 256; at < table.length; at += 1) {
    const before = table[at - 256] ?? 0;
    table[at] = (before >>> 8) ^ (table[before & 0xff] ?? 0);
  }
  return table;
}

/** The checksum of `bytes`, an unsigned number of 32 bits. */
export function crc32c(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const step = (places: number, byte: number): number => TABLE[places * 256 + byte] ?? 0;
  let value = -1;
  let at = 0;
  for (; at + STRIDE <= bytes.length; at += STRIDE) {
    const low = value ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    value =
      step(7, low & 0xff) ^
      step(6, (low >>> 8) & 0xff) ^
      step(5, (low >>> 16) & 0xff) ^
      step(4, low >>> 24) ^
      step(3, high & 0xff) ^
      step(2, (high >>> 8) & 0xff) ^
      step(1, (high >>> 16) & 0xff) ^
      step(0, high >>> 24);
  }
  for (; at < bytes.length; at += 1)
    value = (value >>> 8) ^ step(0, (value ^ view.getUint8(at)) & 0xff);
  return ~value >>> 0;
}

/** As LevelDB stores it, so that a checksum over data with checksums in it says something (util/crc32c.h). */
export function maskedCrc32c(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}
