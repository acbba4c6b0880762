import { encodeFrame, FLAG, FRAME } from '../../http2/frame.ts';
import { encodeHeaders } from '../../http2/hpack/encode-headers.ts';

/** The beginning of a call by hand. */
export function request(
  stream: number,
  path: string,
  ...more: readonly (readonly [string, string])[]
): Buffer {
  const fields = [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', path],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
    ...more,
  ] as const;
  const block = encodeHeaders(fields.map(([name, value]) => ({ name, value })));
  return encodeFrame(FRAME.headers, FLAG.endHeaders, stream, block);
}
