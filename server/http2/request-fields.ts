import type { HeaderField } from './hpack/header-field.ts';

const PSEUDO = [':method', ':scheme', ':path', ':authority'];
/** What only means something between two neighbours of HTTP/1 (RFC 9113 §8.2.2). */
const CONNECTION_SPECIFIC = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** A name (RFC 9110 §5.6.2), in lower case. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether these can be the headers of a request (RFC 9113 §8.2, §8.3.1). */
export function isRequest(fields: readonly HeaderField[]): boolean {
  // One bit for each pseudo-header, in the order above.
  let seen = 0;
  let regular = false;
  for (const field of fields) {
    if (!field.name.startsWith(':')) {
      regular = true;
      if (!isRegular(field)) return false;
      continue;
    }
    const at = PSEUDO.indexOf(field.name);
    if (regular || at < 0 || (seen & (1 << at)) !== 0) return false;
    if (!isText(field.value) || (field.name === ':path' && field.value === '')) return false;
    seen |= 1 << at;
  }
  return (seen & 0b111) === 0b111;
}

/** Whether these can be trailers. */
export const areTrailers = (fields: readonly HeaderField[]): boolean => fields.every(isRegular);

const isRegular = ({ name, value }: HeaderField): boolean =>
  TOKEN.test(name) &&
  !CONNECTION_SPECIFIC.has(name) &&
  isText(value) &&
  (name !== 'te' || value === 'trailers');

/** Whether there is nothing in it that ends a line, or is no character (RFC 9110 §5.5). */
const isText = (value: string): boolean => TEXT.test(value);
