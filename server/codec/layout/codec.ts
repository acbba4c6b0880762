/** Turns values into bytes and back. */
export interface Codec<T> {
  /** @throws CodecError that names the field, if the bytes are not of the layout. */
  decode(bytes: Uint8Array): T;
  /** @throws CodecError that names the field, if a number or a text cannot be written. */
  encode(value: T): Uint8Array<ArrayBuffer>;
}
