/** What stands around a reply: header blocks, made once. */
import { status } from '@grpc/grpc-js';
import { encodeHeaders } from '../http2/hpack/encode-headers.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import type { Answer } from '../http2/sender.ts';
import { frameMessage } from './message-frame.ts';
import type { Failure } from './unary-handler.ts';

const HEAD = [
  { name: ':status', value: '200' },
  { name: 'content-type', value: 'application/grpc' },
] as const;
const HEADERS = encodeHeaders(HEAD);
/** All went well. */
export const OK: Failure = { code: status.OK, details: '' };
const OK_TRAILERS = encodeHeaders(statusOf(OK));

/** Of a handler that threw. */
export const UNFORESEEN: Failure = {
  code: status.UNKNOWN,
  details: 'the member failed over this request; see its log',
};

/** A reply, and that all went well. */
export const replyWith = (message: Uint8Array): Answer => ({
  headers: HEADERS,
  data: frameMessage(message),
  trailers: OK_TRAILERS,
});

/** One message of several; the first one comes with what is in front of all of them. */
export const replyPart = (message: Uint8Array, first: boolean): Answer =>
  first ? { headers: HEADERS, data: frameMessage(message) } : { data: frameMessage(message) };

/** How it went, after messages. */
export const endWith = (failure: Failure): Answer => ({
  trailers: failure === OK ? OK_TRAILERS : encodeHeaders(statusOf(failure)),
});

/** A failure, all of it in one block. */
export const failWith = (failure: Failure): Answer => ({
  trailers: encodeHeaders([...HEAD, ...statusOf(failure)]),
});

/** What a call ended with, as trailers. */
function statusOf({ code, details, metadata }: Failure): HeaderField[] {
  const fields = [{ name: 'grpc-status', value: String(code) }];
  if (details !== '') fields.push({ name: 'grpc-message', value: detailsOf(details) });
  for (const [name, value] of Object.entries(metadata?.getMap() ?? {})) {
    if (typeof value === 'string') fields.push({ name, value });
  }
  return fields;
}

/** To whoever does not speak gRPC, such as a browser. */
export const NOT_GRPC: Answer = {
  headers: encodeHeaders([
    { name: ':status', value: '415' },
    { name: 'content-type', value: 'text/plain' },
  ]),
  data: Buffer.from('This port speaks gRPC; people find a page on the HTTP port (58081).\n'),
  trailers: encodeHeaders([{ name: 'grpc-status', value: String(status.UNKNOWN) }]),
};

/** Clients take headers of 8 KiB, and no frame of more than 16 KiB. */
const DETAILS_LENGTH_MAX = 4_096;

function detailsOf(text: string): string {
  let escaped = percentEncode(text);
  for (let rest = text; escaped.length > DETAILS_LENGTH_MAX; escaped = percentEncode(rest)) {
    rest = rest.slice(0, Math.floor((rest.length * DETAILS_LENGTH_MAX) / escaped.length));
  }
  return escaped;
}

/** As gRPC wants texts in headers: UTF-8, and everything but visible ASCII escaped, `%` too. */
const percentEncode = (text: string): string =>
  text.replaceAll(/[^\x20-\x24\x26-\x7e]+/g, (part) =>
    [...Buffer.from(part)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
