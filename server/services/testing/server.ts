import { Metadata } from '@grpc/grpc-js';
import { EventEmitter } from 'node:events';
import type { UnaryHandler } from '../../rpc/unary-handler.ts';
import type { Clock, Defer } from '../../ports/clock.ts';
import type { Node, NodeObserver } from '../../node/node.ts';
import { createAdmission } from '../admission.ts';
import type { Admission } from '../admission.ts';
import type { Alarm } from '../alarm.ts';
import { createGate } from '../gate.ts';
import type { ClientService } from '../client-service.ts';
import { createKvService } from '../kv-service.ts';
import type { Limits } from '../limits.ts';
import type { Told } from '../meta/handlers.ts';
import type { Heartbeats } from '../meta/heartbeats.ts';
import { createMetaServices } from '../meta/services.ts';
import { createNodeLeadership } from '../node-leadership.ts';
import type { AttemptOutcome } from './broker-client.ts';

export const LIMITS: Limits = {
  keyBytesMax: 4_096,
  valueBytesMax: 2 << 20,
  messageBytesMax: 4 << 20,
  requestsMax: 16_384,
  requestBytesMax: 64 << 20,
};

export interface ServerParts {
  readonly clock: Clock;
  readonly defer: Defer;
  readonly alarm: Alarm;
  /** Client address of a directory. */
  readonly addressOf: (directory: string) => string | undefined;
  readonly limits?: Partial<Limits>;
  readonly secondRedirectMs?: number;
  readonly heartbeats?: Heartbeats;
  readonly told?: Told;
  /** Undefined: from some time on, as the clock goes. */
  readonly wallMs?: () => number;
  readonly boot: (observer: NodeObserver) => Node;
}

const DEAF: Heartbeats = { heard: () => undefined, heardConnector: () => undefined };

/** Nobody is waited for. */
const TOLD_AT_ONCE: Told = { whenTold: (_of, done) => done() };

const WALL_MS = 1_700_000_000_000;

/** A member as its clients see it, without a network in between. */
export interface Server {
  readonly node: Node;
  readonly admission: Admission;
  readonly service: ReturnType<typeof createKvService>;
  /** All that clients are served. */
  readonly services: readonly ClientService[];
}

/** Wires a node as a process would. */
export function createServer(parts: ServerParts): Server {
  const { clock, defer, alarm, addressOf } = parts;
  const limits = { ...LIMITS, ...parts.limits };
  const leadership = createNodeLeadership({
    defer,
    status: () => node.status(),
    addresses: {
      find: (directory) => {
        const clientAddress = addressOf(directory);
        return clientAddress === undefined
          ? undefined
          : {
              directory,
              identity: undefined,
              peerAddress: '',
              clientAddress,
              commandVersionMax: 1,
            };
      },
      heard: () => undefined,
      replicated: () => undefined,
    },
  });
  const node: Node = parts.boot(leadership.observer);
  const admission = createAdmission(limits);
  const gate = createGate(
    { node, leadership, clock, alarm },
    { waitMsMax: 3_000, secondRedirectMs: parts.secondRedirectMs ?? 1_000 },
  );
  const wallMs = parts.wallMs ?? (() => WALL_MS + clock.nowMs());
  const service = createKvService({
    gate,
    state: node,
    admission,
    limits,
    timeMs: wallMs,
  });
  let ids = 0;
  const services = createMetaServices(
    {
      gate,
      state: { ...readers(node), heartbeats: parts.heartbeats ?? DEAF },
      admission,
      limits,
      wallMs,
      timeMs: wallMs,
      newId: () => `id${(ids += 1)}`,
      told: parts.told ?? TOLD_AT_ONCE,
      relay: undefined,
    },
    service,
  );
  return { node, admission, service, services };
}

/** A node that is about to be made has no state yet. */
const readers = (node: Node): Pick<Node, 'range' | 'row' | 'status'> => ({
  row: (key) => node.row(key),
  range: (prefix, after) => node.range(prefix, after),
  status: () => node.status(),
});

/** Calls an rpc of a server as grpc-js would. Returns how to cancel it. */
export function callHandler(
  { service }: Pick<Server, 'service'>,
  rpc: string,
  request: unknown,
  done: (outcome: AttemptOutcome) => void,
  metadata: Readonly<Record<string, string>> = {},
): () => void {
  const headers = new Metadata();
  for (const [key, value] of Object.entries(metadata)) headers.set(key, value);
  const call = Object.assign(new EventEmitter(), { request, metadata: headers });
  const handler = service[rpc as keyof typeof service] as UnaryHandler<unknown, unknown>;
  handler(call, (failure, reply) => {
    if (failure === null) done({ kind: 'reply', reply });
    else done({ kind: 'status', ...failure });
  });
  return () => void call.emit('cancelled');
}
