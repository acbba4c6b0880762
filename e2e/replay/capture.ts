/** Calls that were captured between processes of RobustMQ v0.4.11. */
import { status as codes } from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface CapturedCall {
  /** Its place in the capture: they are in the order in which they began. */
  readonly index: number;
  /** When it began, in ms. */
  readonly atMs: number;
  readonly to: { readonly kind: 'meta' } | { readonly kind: 'broker'; readonly id: bigint };
  /** The path of the rpc. */
  readonly rpc: string;
  readonly request: Buffer;
  /** Of a stream, all its messages; of a call that failed or was cut off, none. */
  readonly replies: readonly Buffer[];
  readonly failure: { readonly status: string; readonly details: string } | undefined;
}

/** As `pack.ts` keeps them. */
interface Line {
  readonly t: number;
  readonly to: string;
  readonly rpc: string;
  readonly request: readonly [string];
  readonly replies: readonly string[];
  readonly status?: string;
  readonly message?: string;
}

/** Exact repeats are left out of them. */
export const CAPTURES = {
  /** Two processes: boot, MQTT, a will, the admin's commands. A push to both is there once. */
  'boot-mqtt-admin': 'boot-mqtt-admin.gz',
  /** Three processes, four protocols, two of the processes killed, expired and started again. */
  'three-brokers': 'three-brokers.gz',
} as const;
export type CaptureName = keyof typeof CAPTURES;

export const readCapture = (name: CaptureName): readonly CapturedCall[] =>
  gunzipSync(readFileSync(join(import.meta.dirname, 'testdata', CAPTURES[name])))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line, index) => callOf(JSON.parse(line) as Line, index));

function callOf(
  { t, to, rpc, request, replies, status, message }: Line,
  index: number,
): CapturedCall {
  return {
    index,
    atMs: Math.round(t * 1_000),
    to:
      to === 'meta' ? { kind: 'meta' } : { kind: 'broker', id: BigInt(to.replace('broker ', '')) },
    rpc,
    request: bytesOf(request[0]),
    replies: replies.map(bytesOf),
    failure:
      status === undefined
        ? undefined
        : { status: codes[Number(status)] ?? status, details: decodeURIComponent(message ?? '') },
  };
}

const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');
