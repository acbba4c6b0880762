/** Handlers of a service, from its rows. */
import { status } from '@grpc/grpc-js';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { CallFailed } from '../../rpc/unary-handler.ts';
import type { UnaryHandler } from '../../rpc/unary-handler.ts';
import { encodeCommand } from '../../state/command-codec.ts';
import { decodeReply } from '../../state/reply.ts';
import type { Admission } from '../admission.ts';
import { accept, fail } from '../answer.ts';
import type { Answer, Failure } from '../answer.ts';
import type { Handlers } from '../client-service.ts';
import type { Elsewhere, Gate, Manner, Passage } from '../gate.ts';
import { RELAYED_WAIT_MS } from '../relay.ts';
import type { Relay } from '../relay.ts';
import { measureParts } from '../request-parts.ts';
import { forClientNames } from '../limits.ts';
import type { Limits } from '../limits.ts';
import { requestNumber } from '../request-number.ts';
import { checkRules } from '../rules.ts';
import { ofRefused, ofReplyError, ofThrown } from '../status-of.ts';
import { unary } from '../unary.ts';
import type { UnaryCall } from '../unary.ts';
import { inTurn } from './in-turn.ts';
import type { AnyRow, Ask, Awaited, LocalRow, ReadRow, State, StreamRow, WriteRow } from './row.ts';

/** Whether brokers know. */
export interface Told {
  /** Waits until brokers have acknowledged what was applied so far. @param done called once, later. */
  whenTold(of: Awaited, done: () => void): void;
}

export interface MetaParts {
  readonly gate: Gate;
  readonly state: State;
  readonly admission: Admission;
  readonly limits: Limits;
  /** Unix time in ms, for what records say of when they were made; fractions are cut off. */
  readonly wallMs: () => number;
  /** As `wallMs`, for replicated time: without jumps. */
  readonly timeMs: () => number;
  /** An id that nobody has. */
  readonly newId: () => string;
  readonly told: Told;
  /** Undefined: clients are sent to the leader, whatever they ask. */
  readonly relay: Relay | undefined;
}

/**
 * By the names of rpcs. A stream is answered with an iterator of its messages.
 *
 * @param distinct whether refusals have a status each: those of one service do.
 */
export function createHandlers(
  definition: ServiceDefinition,
  rows: Readonly<Record<string, AnyRow>>,
  parts: MetaParts,
  distinct: boolean,
): Handlers {
  const { admission } = parts;
  const handlers: Record<string, UnaryHandler<never, unknown>> = {};
  for (const [rpc, method] of Object.entries<Method>(definition)) {
    const row = rows[rpc];
    if (row === undefined || row.kind === 'kv') continue;
    const limits = row.names === 'ofClients' ? forClientNames(parts.limits) : parts.limits;
    const message = requestName(method.path);
    handlers[rpc] = unary<object, unknown>(
      {
        measure: (request) => {
          // Rules look at every entry, of which there may be too many.
          const measured = measureParts(request, limits);
          const problem = measured.ok ? checkRules(message, request) : undefined;
          return problem === undefined ? measured : fail(problem);
        },
        // Rows are typed against the definition: what comes here is what they take.
        start: starter(row as AnyRowOf<object>, method, { ...parts, limits }, distinct),
        noRoom: row.kind === 'write' ? row.failed : undefined,
      },
      admission,
    );
  }
  return handlers;
}

type AnyRowOf<Request> =
  | LocalRow<Request, unknown>
  | ReadRow<Request, unknown>
  | StreamRow<Request, unknown>
  | WriteRow<Request, unknown>;

type Method = MethodDefinition<object, unknown>;
type Start = UnaryCall<object, unknown>['start'];

/** A leader that is elsewhere answers the request, if there is a relay; and nobody waits for one for long. */
const relayed =
  (relay: Relay | undefined, method: Method) =>
  (request: object): Manner<unknown> => ({
    waitMsMax: RELAYED_WAIT_MS,
    elsewhere: relay && relaying(relay, method)(request),
  });

const relaying =
  (relay: Relay, { path, requestSerialize, responseDeserialize }: Method) =>
  (request: object): Elsewhere<unknown> =>
  (leader, done) =>
    relay(leader, { path, message: requestSerialize(request) }, (answer) =>
      done(
        typeof answer === 'object' && answer.ok
          ? attempt(() => accept(responseDeserialize(answer.value)))
          : answer,
      ),
    );

function starter(
  row: AnyRowOf<object>,
  method: Method,
  parts: MetaParts,
  distinct: boolean,
): Start {
  const { gate, state, relay } = parts;
  switch (row.kind) {
    case 'write':
      return startWrite(row, parts, distinct);
    case 'read': {
      const manner = row.relayed === true ? relayed(relay, method) : () => ({});
      return (request, _metadata, done) =>
        gate.read(() => row.look(state, request), done, manner(request));
    }
    case 'stream':
      return (request, _metadata, done) =>
        gate.read(() => accept(begun(row.list(state, request))), done);
    case 'local':
      return (request, _metadata, done) => {
        done(attempt(() => row.answer(state, request)));
        return undefined;
      };
  }
}

function startWrite(
  row: WriteRow<object, unknown>,
  { gate, limits, wallMs, timeMs, newId, told }: MetaParts,
  distinct: boolean,
): Start {
  const { failed = same } = row;
  return (request, metadata, done): Passage | undefined => {
    const number = requestNumber(metadata);
    const asks = number.ok ? prepareAll(row, request, number.value !== undefined, limits) : number;
    if (!number.ok || !asks.ok) {
      done(asks.ok ? number : asks);
      return undefined;
    }
    const numbered = number.value === undefined ? {} : { request: number.value };
    return inTurn<Ask, Uint8Array>(
      asks.value,
      (ask, then) =>
        gate.propose(
          () => {
            const change = made(ask, Math.floor(wallMs()), newId);
            return encodeCommand({ ...change, timeMs: Math.floor(timeMs()), ...numbered });
          },
          number.value !== undefined,
          (outcome) => then(outcome.ok ? resultOf(outcome.value, distinct) : outcome),
        ),
      (results) => {
        if (!results.ok) {
          done(fail(failed(results.failure)));
          return;
        }
        const answer = accept(replyTo(row, results.value));
        if (row.awaits === undefined) done(answer);
        else told.whenTold(row.awaits(request), () => done(answer));
      },
    );
  };
}

/** What is asked for, in as many commands as it takes. @param numbered its number stands for one command. */
function prepareAll(
  { prepare, parts }: WriteRow<object, unknown>,
  request: object,
  numbered: boolean,
  limits: Limits,
): Answer<readonly Ask[]> {
  if (parts !== undefined && !numbered) return parts.prepare(request, limits);
  const ask = prepare(request, limits);
  return ask.ok ? accept([ask.value]) : ask;
}

const made = (ask: Ask, nowMs: number, newId: () => string): ReturnType<Ask> =>
  ask({ nowMs, nowS: BigInt(Math.floor(nowMs / 1_000)), newId });

const same = (failure: Failure): Failure => failure;
const NO_RESULT = new Uint8Array(0);

function resultOf(bytes: Uint8Array, distinct: boolean): Answer<Uint8Array> {
  const reply = decodeReply(bytes);
  switch (reply.kind) {
    case 'error':
      return fail(ofReplyError(reply));
    case 'refused':
      return fail(ofRefused(reply, distinct));
    case 'ok':
    case 'okVersion':
      return accept(NO_RESULT);
    case 'okResult':
      return accept(reply.result);
  }
}

const replyTo = (
  { parts, reply }: WriteRow<object, unknown>,
  results: readonly Uint8Array[],
): unknown => (parts === undefined ? reply(results[0] ?? NO_RESULT) : parts.reply(results));

function attempt(look: () => Answer<unknown>): Answer<unknown> {
  try {
    return look();
  } catch (error) {
    return fail(ofThrown(error));
  }
}

/** The first message is taken at once: what is wrong with all of them is known before any is sent. */
function begun(messages: Iterator<unknown>): Iterator<unknown> {
  let first: IteratorResult<unknown> | undefined = messages.next();
  return {
    next: () => {
      const next = first ?? nextOf(messages);
      first = undefined;
      return next;
    },
  };
}

function nextOf(messages: Iterator<unknown>): IteratorResult<unknown> {
  try {
    return messages.next();
  } catch (error) {
    throw new CallFailed(ofThrown(error));
  }
}

/** `/package.Service/Rpc` takes a `package.RpcRequest`, but for some that have no rules. */
function requestName(path: string): string {
  const [, service = '', rpc = ''] = path.split('/');
  return `${service.slice(0, service.lastIndexOf('.'))}.${rpc}Request`;
}

/** Nothing was carried out, or nobody knows; another time it may be. */
const PASSING: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
]);

/**
 * What those are told that found no leader, or lost it meanwhile, or came when there was too much to do,
 * where callers look for these words, wait and ask again. Only for what may be done twice.
 */
export const notInitialized = (failure: Failure): Failure =>
  PASSING.has(failure.code)
    ? { ...failure, details: `not initialized: ${failure.details}` }
    : failure;
