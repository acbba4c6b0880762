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
    if (field.name === ':path' && field.value === '') return false;
    seen |= 1 << at;
  }
  return (seen & 0b111) === 0b111;
}

/** Whether these can be trailers. */
export const areTrailers = (fields: readonly HeaderField[]): boolean => fields.every(isRegular);

const isRegular = ({ name, value }: HeaderField): boolean =>
  !name.startsWith(':') &&
  !CONNECTION_SPECIFIC.has(name) &&
  !/[A-Z\s]/.test(name) &&
  (name !== 'te' || value === 'trailers');
