/**
 * A meta server of a few lines that plays a capture: it answers each call as the captured one was
 * answered, and pushes what was pushed. Faults are put in by rpc.
 */
import { Client, credentials, Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ServerWritableStream, ServiceDefinition } from '@grpc/grpc-js';
import {
  BrokerServiceService as BrokerRpcs,
  type UpdateCacheRequest,
} from '../../../proto/gen/broker/broker.ts';
import { MetaServiceServiceService as Common } from '../../../proto/gen/meta/common.ts';
import { bincode } from '../../../server/codec/layout/bincode.ts';
import { BrokerNode } from '../../../server/codec/robustmq/node.ts';
import { META_RPCS } from './meta-rpcs.ts';
import type { PlaybackStep } from './playback.ts';

/** What is done instead of what was captured. */
export type Fault =
  | { readonly kind: 'status'; readonly code: status; readonly details: string }
  | { readonly kind: 'reply'; readonly messages: readonly Buffer[] }
  /** Answered as ever, but nothing is pushed. */
  | { readonly kind: 'no push' }
  | { readonly kind: 'silence' };

export interface ScriptedMeta {
  readonly address: string;
  /** Paths of the calls that came, in order. */
  readonly called: readonly string[];
  /** The next calls of an rpc meet these, one each; the last one stays if `for ever`. */
  readonly faults: Map<string, Fault[]>;
  push(request: UpdateCacheRequest): Promise<void>;
  close(): void;
}

type Call = ServerWritableStream<Buffer, Buffer>;

const nodeCodec = bincode(BrokerNode);
const asItIs = (bytes: Buffer): Buffer => bytes;

export async function startScriptedMeta(steps: readonly PlaybackStep[]): Promise<ScriptedMeta> {
  const called: string[] = [];
  const faults = new Map<string, Fault[]>();
  let broker: Client | undefined;

  const push = async (request: UpdateCacheRequest): Promise<void> => {
    const target = broker;
    if (target === undefined) throw new Error('Nobody is registered');
    const { path, requestSerialize, responseDeserialize } = BrokerRpcs.updateCache;
    await new Promise<void>((resolve, reject) => {
      target.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        new Metadata(),
        (error) => (error === null ? resolve() : reject(error)),
      );
    });
  };
  const answer = (call: Call, rpc: string): void => {
    called.push(rpc);
    if (rpc === Common.registerNode.path) {
      const { grpc_addr } = nodeCodec.decode(
        Common.registerNode.requestDeserialize(call.request).node,
      );
      broker?.close();
      broker = new Client(grpc_addr, credentials.createInsecure());
    }
    const fault = faults.get(rpc)?.shift();
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'status') {
      call.emit('error', { code: fault.code, details: fault.details });
      return;
    }
    const step = playedBy(steps, rpc, call.request);
    if (step === undefined) {
      call.emit('error', { code: status.UNIMPLEMENTED, details: 'not captured' });
      return;
    }
    for (const message of fault?.kind === 'reply' ? fault.messages : step.call.replies) {
      call.write(message);
    }
    call.end();
    const records = fault === undefined ? step.pushes : [];
    // The broker may be gone by then.
    if (records.length > 0) push({ records }).catch(() => undefined);
  };
  const server = new Server();
  server.addService(servedBy(META_RPCS), handlersOf(META_RPCS, answer));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    called,
    faults,
    push,
    close: () => {
      broker?.close();
      server.forceShutdown();
    },
  };
}

/** The captured call that is the same; a broker's address is its own. */
const playedBy = (
  steps: readonly PlaybackStep[],
  rpc: string,
  request: Buffer,
): PlaybackStep | undefined =>
  steps.findLast(
    ({ call }) =>
      call.rpc === rpc &&
      call.failure === undefined &&
      (rpc === Common.registerNode.path || call.request.equals(request)),
  );

const servedBy = (paths: readonly string[]): ServiceDefinition =>
  Object.fromEntries(
    paths.map((path) => [
      path,
      {
        path,
        requestStream: false,
        responseStream: true,
        requestSerialize: asItIs,
        requestDeserialize: asItIs,
        responseSerialize: asItIs,
        responseDeserialize: asItIs,
      },
    ]),
  );

const handlersOf = (paths: readonly string[], answer: (call: Call, rpc: string) => void) =>
  Object.fromEntries(paths.map((path) => [path, (call: Call) => answer(call, path)]));
