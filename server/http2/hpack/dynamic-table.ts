import type { HeaderField } from './header-field.ts';

/** What a field counts for beyond its text (RFC 7541 §4.1), in bytes. */
const FIELD_OVERHEAD_BYTES = 32;
/** Evicted fields are kept until there are so many of them that moving the rest pays. */
const EVICTED_MAX = 64;

/** Fields that a client has sent before; the newest has index 0. */
export interface DynamicTable {
  get(index: number): HeaderField | undefined;
  add(field: HeaderField): void;
  /** Evicts what does not fit into `bytesMax` any more. */
  resize(bytesMax: number): void;
}

export function createDynamicTable(bytesMaxAtFirst: number): DynamicTable {
  let bytesMax = bytesMaxAtFirst;
  let fields: HeaderField[] = [];
  let oldest = 0;
  let bytes = 0;

  function evict(): void {
    while (bytes > bytesMax) {
      const field = fields[oldest];
      if (field === undefined) break;
      bytes -= sizeOf(field);
      oldest += 1;
    }
    if (oldest < EVICTED_MAX) return;
    fields = fields.slice(oldest);
    oldest = 0;
  }

  return {
    get: (index) => {
      const at = fields.length - 1 - index;
      return at < oldest ? undefined : fields[at];
    },
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
