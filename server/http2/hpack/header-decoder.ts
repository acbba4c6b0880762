/** Header blocks of one connection, decompressed (RFC 7541). */
import { Http2Error } from '../http2-error.ts';
import { createDynamicTable, sizeOf } from './dynamic-table.ts';
import type { DynamicTable } from './dynamic-table.ts';
import type { HeaderField } from './header-field.ts';
import { decodeHuffman } from './huffman.ts';
import { STATIC_TABLE } from './static-table.ts';

/** The size of the dynamic table that a client may count on without being told (RFC 9113 §6.5.2). */
const TABLE_BYTES_MAX = 4_096;
/** The largest number that any index or length needs, far below where arithmetic is not exact. */
const NUMBER_MAX = 2 ** 28;

export interface HeaderDecoder {
  /**
   * The fields of one block, which must be given whole and in the order of arrival.
   *
   * @throws Http2Error for a block that is wrong, or whose fields take more than the limit.
   */
  decode(block: Buffer): HeaderField[];
}

/** @param listBytesMax largest list of fields, counted as RFC 9113 §6.5.2 does. */
export function createHeaderDecoder(listBytesMax: number): HeaderDecoder {
  const table = createDynamicTable(TABLE_BYTES_MAX);
  return {
    decode: (block) => {
      const cursor: Cursor = { block, at: 0 };
      const fields: HeaderField[] = [];
      let bytes = 0;
      while (cursor.at < block.length) {
        const field = readField(cursor, table, fields.length === 0);
        if (field === undefined) continue;
        bytes += sizeOf(field);
        if (bytes > listBytesMax) {
          throw new Http2Error('enhanceYourCalm', `headers of more than ${listBytesMax} bytes`);
        }
        fields.push(field);
      }
      return fields;
    },
  };
}

interface Cursor {
  readonly block: Buffer;
  at: number;
}

/** The next field, or undefined for a change of the table's size, which only stands in front. */
function readField(cursor: Cursor, table: DynamicTable, first: boolean): HeaderField | undefined {
  const head = cursor.block[cursor.at] ?? 0;
  if ((head & 0x80) !== 0) return fieldAt(readNumber(cursor, 7), table);
  if ((head & 0x40) !== 0) {
    const field = readLiteral(cursor, table, 6);
    table.add(field);
    return field;
  }
  if ((head & 0x20) === 0) return readLiteral(cursor, table, 4);
  const bytesMax = readNumber(cursor, 5);
  if (!first || bytesMax > TABLE_BYTES_MAX) throw broken('a table size that was not agreed on');
  table.resize(bytesMax);
  return undefined;
}

function readLiteral(cursor: Cursor, table: DynamicTable, prefixBits: number): HeaderField {
  const index = readNumber(cursor, prefixBits);
  const name = index === 0 ? readString(cursor) : fieldAt(index, table).name;
  return { name, value: readString(cursor) };
}

function fieldAt(index: number, table: DynamicTable): HeaderField {
  const field =
    index <= STATIC_TABLE.length
      ? STATIC_TABLE[index - 1]
      : table.get(index - STATIC_TABLE.length - 1);
  if (field === undefined) throw broken(`no field has index ${index}`);
  return field;
}

/** An integer with a prefix of so many bits (RFC 7541 §5.1). */
function readNumber(cursor: Cursor, prefixBits: number): number {
  const full = 2 ** prefixBits - 1;
  let number = readByte(cursor) & full;
  if (number < full) return number;
  for (let unit = 1; ; unit *= 0x80) {
    const byte = readByte(cursor);
    number += (byte & 0x7f) * unit;
    if (number > NUMBER_MAX || unit > NUMBER_MAX) throw broken('a number that is too large');
    if (byte < 0x80) return number;
  }
}

function readString(cursor: Cursor): string {
  const compressed = ((cursor.block[cursor.at] ?? 0) & 0x80) !== 0;
  const length = readNumber(cursor, 7);
  const end = cursor.at + length;
  if (end > cursor.block.length) throw broken('a string that goes beyond its block');
  const text = compressed
    ? decodeHuffman(cursor.block.subarray(cursor.at, end))
    : cursor.block.toString('latin1', cursor.at, end);
  cursor.at = end;
  return text;
}

function readByte(cursor: Cursor): number {
  const byte = cursor.block[cursor.at];
  if (byte === undefined) throw broken('a block that ends within a field');
  cursor.at += 1;
  return byte;
}

const broken = (problem: string): Http2Error => new Http2Error('compressionError', problem);
