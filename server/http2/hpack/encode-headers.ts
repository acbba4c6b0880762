import type { HeaderField } from './header-field.ts';
import { STATIC_TABLE } from './static-table.ts';

/**
 * A header block that depends on no earlier one: fields of the static table by index, all others as
 * literals that are not to be remembered (RFC 7541 §6.1, §6.2.2). So it can be made once and sent on
 * every connection.
 */
export function encodeHeaders(fields: readonly HeaderField[]): Buffer {
  return Buffer.concat(fields.map(encodeField));
}

function encodeField({ name, value }: HeaderField): Buffer {
  const index = 1 + STATIC_TABLE.findIndex((each) => each.name === name && each.value === value);
  if (index > 0) return number(0x80, 7, index);
  return Buffer.concat([Buffer.of(0), string(name), string(value)]);
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([number(0, 7, bytes.length), bytes]);
}

/** An integer whose first byte also holds `flags` (RFC 7541 §5.1). */
function number(flags: number, prefixBits: number, value: number): Buffer {
  const full = 2 ** prefixBits - 1;
  if (value < full) return Buffer.of(flags | value);
  const bytes = [flags | full];
  let rest = value - full;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
