/** The key-value rpcs of v0.4.11's `MetaServiceService`: `behaviour.md` §6.4. */
import type { Metadata } from '@grpc/grpc-js';
import type { Node } from '../node/node.ts';
import { encodeCommand } from '../state/command-codec.ts';
import type { Request as RequestNumber } from '../state/command.ts';
import { kvExists } from '../state/kv.ts';
import { decodeReply } from '../state/reply.ts';
import type { MetaServiceServiceServer } from '../../proto/gen/meta/common.ts';
import type { UnaryService } from '../rpc/unary-handler.ts';
import type { Admission } from './admission.ts';
import { accept, fail } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Gate, Passage } from './gate.ts';
import { lookUp, lookUpPrefix } from './kv-look-up.ts';
import { checkSizes, messageBytes } from './limits.ts';
import type { Limits, RequestBytes } from './limits.ts';
import { requestNumber } from './request-number.ts';
import { checkRules } from './rules.ts';
import { ofRefused, ofReplyError } from './status-of.ts';
import { unary } from './unary.ts';

/** Its handlers, whatever serves them. */
export type KvService = Pick<
  UnaryService<MetaServiceServiceServer>,
  'set' | 'delete' | 'get' | 'exists' | 'getPrefix'
>;

export interface KvServiceParts {
  readonly gate: Gate;
  /** The state that the gate lets look at. */
  readonly state: Pick<Node, 'range' | 'row'>;
  readonly admission: Admission;
  readonly limits: Limits;
  /** Unix time in ms, for replicated time; fractions are cut off. */
  readonly timeMs: () => number;
}

const PACKAGE = 'meta.service.common';

/** A write, still without the time at which the leader proposes it. */
type Write =
  | { readonly kind: 'kvSet'; readonly key: string; readonly value: Uint8Array }
  | { readonly kind: 'kvDelete'; readonly key: string };

type Done<Reply> = (answer: Answer<Reply>) => void;

const keyBytes = ({ key }: { readonly key: string }): RequestBytes => ({
  key: Buffer.byteLength(key),
  value: 0,
});

/** Handlers; reads are linearizable, writes are applied when answered. */
export function createKvService(parts: KvServiceParts): KvService {
  const { admission, limits, state } = parts;
  const write = createWrite(parts);
  /** @param message the name of the request. */
  const sized = <Request extends object>(
    message: string,
    bytes: (request: Request) => RequestBytes,
  ) => ({
    measure: (request: Request): Answer<number> => {
      const parts = bytes(request);
      const problem = checkRules(`${PACKAGE}.${message}`, request) ?? checkSizes(parts, limits);
      return problem === undefined ? accept(messageBytes(parts)) : fail(problem);
    },
  });
  const read = <Value>(look: () => Answer<Value>, done: Done<Value>): Passage =>
    parts.gate.read(look, done);

  return {
    set: unary(
      {
        ...sized('SetRequest', ({ key, value }) => ({
          key: Buffer.byteLength(key),
          value: Buffer.byteLength(value),
        })),
        start: ({ key, value }, metadata, done) =>
          write(() => ({ kind: 'kvSet', key, value: Buffer.from(value) }), metadata, done),
      },
      admission,
    ),
    delete: unary(
      {
        ...sized('DeleteRequest', keyBytes),
        start: ({ key }, metadata, done) =>
          write(() => ({ kind: 'kvDelete', key }), metadata, done),
      },
      admission,
    ),
    get: unary(
      {
        ...sized('GetRequest', keyBytes),
        start: ({ key }, _metadata, done) => read(() => lookUp(state, key), done),
      },
      admission,
    ),
    exists: unary(
      {
        ...sized('ExistsRequest', keyBytes),
        start: ({ key }, _metadata, done) =>
          read(() => accept({ flag: kvExists(state.row, key) }), done),
      },
      admission,
    ),
    getPrefix: unary(
      {
        ...sized('GetPrefixRequest', ({ prefix }) => ({
          key: Buffer.byteLength(prefix),
          value: 0,
        })),
        start: ({ prefix }, _metadata, done) => read(() => lookUpPrefix(state, prefix), done),
      },
      admission,
    ),
  };
}

/** How writes go to the leader's log, with their number if they have one. */
function createWrite({ gate, timeMs }: KvServiceParts) {
  return (
    make: () => Write,
    metadata: Pick<Metadata, 'get'>,
    done: Done<Record<string, never>>,
  ): Passage | undefined => {
    const number = requestNumber(metadata);
    if (!number.ok) {
      done(number);
      return undefined;
    }
    const request = number.value;
    return gate.propose(
      () => encodeCommand({ ...make(), ...proposed(Math.floor(timeMs()), request) }),
      request !== undefined,
      (answer) => done(answer.ok ? readReply(answer.value) : answer),
    );
  };
}

const proposed = (
  timeMs: number,
  request: RequestNumber | undefined,
): { readonly timeMs: number; readonly request?: RequestNumber } =>
  request === undefined ? { timeMs } : { timeMs, request };

function readReply(bytes: Uint8Array): Answer<Record<string, never>> {
  const reply = decodeReply(bytes);
  return reply.kind === 'error'
    ? fail(ofReplyError(reply))
    : reply.kind === 'refused'
      ? fail(ofRefused(reply, false))
      : accept({});
}
