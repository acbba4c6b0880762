import type { Metadata } from '@grpc/grpc-js';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import { parseTimeoutMs } from './grpc-timeout.ts';

/**
 * What a request is: a call of gRPC that is not compressed, another call of gRPC, or none at all,
 * which grpc-js is not shown: one that its client takes back at once ends the process.
 */
export type RequestKind = 'foreign' | 'plain' | 'special';

/** What of a request's headers decides how it is answered. */
export interface RequestHead {
  readonly kind: RequestKind;
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly timeoutMs: number | undefined;
  readonly metadata: Pick<Metadata, 'get'>;
}

export function readHead(fields: readonly HeaderField[]): RequestHead {
  let path = '';
  let timeoutMs: number | undefined;
  let posted = false;
  let typed = false;
  let compressed = false;
  for (const { name, value } of fields) {
    switch (name) {
      case ':path':
        path = value;
        break;
      case ':method':
        posted = value === 'POST';
        break;
      case 'content-type':
        typed = value.startsWith('application/grpc');
        break;
      case 'grpc-encoding':
        compressed = value !== 'identity';
        break;
      case 'grpc-timeout':
        timeoutMs = parseTimeoutMs(value);
        break;
      default:
        break;
    }
  }
  const kind = !posted || !typed ? 'foreign' : compressed ? 'special' : 'plain';
  return { kind, path, timeoutMs, metadata: metadataOf(fields) };
}

/** Looked through only when somebody asks. */
const metadataOf = (fields: readonly HeaderField[]): Pick<Metadata, 'get'> => ({
  get: (key) => fields.flatMap(({ name, value }) => (name === key ? [value] : [])),
});
