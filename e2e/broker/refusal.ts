/**
 * What a broker of v0.4.11 reads from an error of a meta server. It knows errors by words in the text
 * that its gRPC library makes of them, and by nothing else.
 */

/** What follows from an error. */
export type Refusal =
  /** Somebody else leads, and is called at once. */
  | { readonly kind: 'redirect'; readonly address: string }
  /** The server is down: whoever was remembered as the leader is forgotten, the next one is tried. */
  | { readonly kind: 'down' }
  /** The next one is tried. */
  | { readonly kind: 'elsewhere' }
  /** The call has failed for good. */
  | { readonly kind: 'final' };

const FORWARD = 'forward request to';
const ADDRESS = 'rpc_addr: ';
const NOT_LEADER = 'meta-service node is not currently the raft leader';
const DOWN = [
  'tcp connect error',
  'Connection refused',
  'ConnectError',
  'The service is currently unavailable',
] as const;

/** Reads the error of a first attempt. */
export function readRefusal(text: string): Refusal {
  if (text.includes(FORWARD)) {
    const address = redirectAddress(text);
    return address === undefined ? { kind: 'elsewhere' } : { kind: 'redirect', address };
  }
  if (isDown(text)) return { kind: 'down' };
  return text.includes(NOT_LEADER) ? { kind: 'elsewhere' } : { kind: 'final' };
}

/** Reads the error of the call that followed a redirect: another redirect is final. */
export const readSecondRefusal = (text: string): Refusal =>
  isDown(text) ? { kind: 'down' } : { kind: 'final' };

/** The address in a redirect, unchecked; undefined if it names none. */
function redirectAddress(text: string): string | undefined {
  const at = text.indexOf(ADDRESS);
  if (at < 0) return undefined;
  const [address = ''] = text.slice(at + ADDRESS.length).split('}', 1);
  return address.replaceAll(/[\\" ]/g, '');
}

const isDown = (text: string): boolean => DOWN.some((words) => text.includes(words));
