/** How a call ended, as its caller is told (gRPC over HTTP/2, "Responses" and "Errors"). */
import { status } from '@grpc/grpc-js';
import type { ErrorCode } from '../http2/error-code.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';

export interface CallEnd {
  readonly code: status;
  /** For people. */
  readonly details: string;
}

/** What the fields at the end of an answer say. */
export function endOf(fields: readonly HeaderField[]): CallEnd {
  const code = CODES.get(valueOf(fields, 'grpc-status') ?? '');
  if (code === undefined) return foreign(fields) ?? NO_STATUS;
  return { code, details: percentDecode(valueOf(fields, 'grpc-message') ?? '') };
}

/** Undefined for an answer of gRPC; otherwise how a call ended whose answer begins with these fields. */
export function foreign(fields: readonly HeaderField[]): CallEnd | undefined {
  const http = valueOf(fields, ':status') ?? '200';
  if (http !== '200') {
    return { code: CODES_OF_HTTP[http] ?? status.UNKNOWN, details: `an answer of HTTP: ${http}` };
  }
  const type = valueOf(fields, 'content-type');
  if (type === undefined || type.startsWith('application/grpc')) return undefined;
  return { code: status.UNKNOWN, details: `an answer of type ${type}` };
}

/** A call that the other end took back. */
export const endOfReset = (code: ErrorCode): CallEnd => ({
  code: CODES_OF_RESETS[code] ?? status.INTERNAL,
  details: `the other end gave the call up: ${code}`,
});

const CODES: ReadonlyMap<string, status> = new Map(
  Object.values(status).flatMap((code) => (typeof code === 'number' ? [[String(code), code]] : [])),
);

const NO_STATUS: CallEnd = { code: status.UNKNOWN, details: 'an answer without a status' };

const CODES_OF_HTTP: Readonly<Record<string, status>> = {
  '400': status.INTERNAL,
  '401': status.UNAUTHENTICATED,
  '403': status.PERMISSION_DENIED,
  '404': status.UNIMPLEMENTED,
  '429': status.UNAVAILABLE,
  '502': status.UNAVAILABLE,
  '503': status.UNAVAILABLE,
  '504': status.UNAVAILABLE,
};

const CODES_OF_RESETS: Partial<Record<ErrorCode, status>> = {
  refusedStream: status.UNAVAILABLE,
  cancel: status.CANCELLED,
  enhanceYourCalm: status.RESOURCE_EXHAUSTED,
  inadequateSecurity: status.PERMISSION_DENIED,
};

const valueOf = (fields: readonly HeaderField[], wanted: string): string | undefined =>
  fields.find(({ name }) => name === wanted)?.value;

/** What is no escape is left as it is. */
function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
