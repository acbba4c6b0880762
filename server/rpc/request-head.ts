import type { Metadata } from '@grpc/grpc-js';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import { parseTimeoutMs } from './grpc-timeout.ts';

/** What of a request's headers decides how it is answered. */
export interface RequestHead {
  /** `/package.Service/Method`; undefined for what is not a plain call of gRPC. */
  readonly path: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly metadata: Pick<Metadata, 'get'>;
}

export function readHead(fields: readonly HeaderField[]): RequestHead {
  let path: string | undefined;
  let timeoutMs: number | undefined;
  let plain = true;
  let typed = false;
  for (const { name, value } of fields) {
    switch (name) {
      case ':path':
        path = value;
        break;
      case ':method':
        plain &&= value === 'POST';
        break;
      case 'content-type':
        typed = value === 'application/grpc' || value === 'application/grpc+proto';
        break;
      case 'grpc-encoding':
        plain &&= value === 'identity';
        break;
      case 'grpc-timeout':
        timeoutMs = parseTimeoutMs(value);
        break;
      default:
        break;
    }
  }
  return { path: plain && typed ? path : undefined, timeoutMs, metadata: metadataOf(fields) };
}

/** Looked through only when somebody asks. */
const metadataOf = (fields: readonly HeaderField[]): Pick<Metadata, 'get'> => ({
  get: (key) => fields.flatMap(({ name, value }) => (name === key ? [value] : [])),
});
