/** What an operator does with the members of a world. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { handleUnaryCall, Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { status as Code } from '@grpc/grpc-js';
import type { AdminHandlers } from '../admin-service.ts';
import { LEADER_TRAILER } from '../admin-error.ts';
import { addressOf, createWorld } from './world.ts';
import type { Host, World } from './world.ts';

type UnaryName = Exclude<keyof AdminHandlers, 'snapshot' | 'watchStatus'>;
type Handler<Name extends UnaryName> = AdminHandlers[Name];
type RequestOf<Name extends UnaryName> = Parameters<Handler<Name>>[0]['request'];
type ResponseOf<Name extends UnaryName> = NonNullable<Parameters<Parameters<Handler<Name>>[1]>[1]>;

/** How a refused call looks to its caller. */
export interface Refused {
  readonly code: keyof typeof Code;
  readonly details: string;
  readonly leader?: string;
}

type Reply<Name extends UnaryName> = { readonly response: ResponseOf<Name> } | Refused;

/** Calls of a world's members. */
export function createCluster(world: World = createWorld()) {
  /** Calls a handler, and lets time pass until it has answered. */
  async function ask<Name extends UnaryName>(
    host: Host,
    name: Name,
    request: RequestOf<Name>,
  ): Promise<Reply<Name>> {
    const reply = replyOf(host, name, request);
    const waiting = { isOpen: true };
    void reply.finally(() => (waiting.isOpen = false));
    for (let steps = 0; waiting.isOpen; steps += 1) {
      assert(steps < 2_000, `${name} never answers`);
      await setImmediate();
      world.pass(10);
    }
    return await reply;
  }

  /** As `ask`, for a call that is carried out. */
  async function done<Name extends UnaryName>(
    host: Host,
    name: Name,
    request: RequestOf<Name>,
  ): Promise<ResponseOf<Name>> {
    const reply = await ask(host, name, request);
    assert('response' in reply, `${name}: ${JSON.stringify(reply)}`);
    return reply.response;
  }

  async function write(host: Host, count: number, value = 'x'): Promise<void> {
    let open = count;
    for (let n = 0; n < count; n += 1) {
      const command = Buffer.from(`k${String(n).padStart(4, '0')}=${value}`);
      host.node.propose(command, ({ kind }) => {
        assert.equal(kind, 'applied');
        open -= 1;
      });
    }
    world.pass(2_000, () => open === 0);
    await setImmediate();
  }

  /** A cluster of one. */
  async function found(): Promise<Host> {
    const host = world.start();
    await done(host, 'bootstrap', { clusterId: '', directory: '' });
    world.pass(3_000, () => host.node.status().role === 'leader');
    world.pass(200);
    return host;
  }

  /** Adds a host as learner `id`, and waits until it has caught up. */
  async function learner(leader: Host, id: number): Promise<Host> {
    const host = world.start();
    const { memberId } = await done(leader, 'addLearner', {
      configurationIndex: leader.node.status().configurationIndex,
      directory: host.directory,
      peerAddress: addressOf(id),
    });
    assert.equal(memberId, id);
    world.pass(3_000, () => {
      const { peers, commit } = leader.node.status();
      return peers.some((peer) => peer.id === memberId && peer.match >= commit && peer.recent);
    });
    return host;
  }

  /** Three voters; the first, member 1, leads. */
  async function three(): Promise<readonly [Host, Host, Host]> {
    const a = await found();
    const others: [Host, Host] = [await learner(a, 2), await learner(a, 3)];
    for (const memberId of [2, 3]) {
      const configurationIndex = a.node.status().configurationIndex;
      await done(a, 'promote', { configurationIndex, memberId });
    }
    world.pass(500);
    return [a, ...others];
  }

  return { ...world, ask, done, write, found, learner, three };
}

function replyOf<Name extends UnaryName>(
  host: Host,
  name: Name,
  request: RequestOf<Name>,
): Promise<Reply<Name>> {
  const handle = host.admin.handlers[name] as unknown as handleUnaryCall<
    RequestOf<Name>,
    ResponseOf<Name>
  >;
  return new Promise((resolve) => {
    const call = Object.assign(new EventEmitter(), { request });
    handle(call as ServerUnaryCall<RequestOf<Name>, ResponseOf<Name>>, (error, response) => {
      if (error === null) {
        assert(response !== undefined && response !== null, 'an answer without error holds one');
        resolve({ response });
      } else resolve(refusedOf(error));
    });
  });
}

function refusedOf({
  code,
  details,
  metadata,
}: {
  readonly code?: Code;
  readonly details?: string;
  readonly metadata?: Metadata;
}): Refused {
  const name = Code[code ?? Code.UNKNOWN] as keyof typeof Code;
  const [leader] = metadata?.get(LEADER_TRAILER) ?? [];
  const refused = { code: name, details: details ?? '' };
  return leader === undefined ? refused : { ...refused, leader: String(leader) };
}
