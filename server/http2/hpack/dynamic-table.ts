import type { HeaderField } from './header-field.ts';

/** What a field counts for beyond its text (RFC 7541 §4.1), in bytes. */
const FIELD_OVERHEAD_BYTES = 32;

/** Fields that a client has sent before; the newest has index 0. */
export interface DynamicTable {
  get(index: number): HeaderField | undefined;
  add(field: HeaderField): void;
  /** Evicts what does not fit into `bytesMax` any more. */
  resize(bytesMax: number): void;
}

export function createDynamicTable(bytesMaxAtFirst: number): DynamicTable {
  // The oldest in front. There are few: each counts for 32 bytes at least.
  const fields: HeaderField[] = [];
  let bytesMax = bytesMaxAtFirst;
  let bytes = 0;

  function evict(): void {
    while (bytes > bytesMax) {
      const field = fields.shift();
      if (field === undefined) break;
      bytes -= sizeOf(field);
    }
  }

  return {
    get: (index) => fields[fields.length - 1 - index],
    add: (field) => {
      // One that is larger than the table empties it, and that is no error.
      fields.push(field);
      bytes += sizeOf(field);
      evict();
    },
    resize: (next) => {
      bytesMax = next;
      evict();
    },
  };
}

/** What a field counts for, in bytes: names and values hold one byte a character. */
export const sizeOf = ({ name, value }: HeaderField): number =>
  name.length + value.length + FIELD_OVERHEAD_BYTES;
