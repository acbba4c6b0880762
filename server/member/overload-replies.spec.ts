import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { createRoom } from '../rpc/room.ts';
import type { Room } from '../rpc/room.ts';
import type { IncomingCall } from '../rpc/unary-handler.ts';
import { MetaServiceServiceService } from '../../proto/gen/meta/common.ts';
import type { KvService } from '../services/kv-service.ts';
import { REPLY_BYTES_END } from '../services/limits.ts';
import { boundReplies } from './overload-replies.ts';

const KIB = 1_024;

/** A service whose reads are answered when the test says so. */
function createStage(room: Room) {
  const unused = (): never => assert.fail('not called here');
  const waiting: ((value: string) => void)[] = [];
  const kv: KvService = {
    set: unused,
    delete: unused,
    exists: unused,
    get: (_call, answer) => waiting.push((value) => answer(null, { value })),
    getPrefix: (_call, answer) => waiting.push((value) => answer(null, { values: [value] })),
  };
  const definition = MetaServiceServiceService;
  const long = new Set(['getPrefix']);
  const { handlers } = boundReplies({ definition, handlers: { ...kv }, long }, room);
  const bound = handlers as Pick<KvService, 'get' | 'getPrefix'>;
  const outcomes: string[] = [];
  const callOf = <Request>(request: Request) => {
    const listeners: (() => void)[] = [];
    const call = {
      request,
      metadata: { get: () => [] },
      on: (_event: 'cancelled', listener: () => void) => listeners.push(listener),
    } satisfies IncomingCall<Request>;
    return { call, cancel: () => listeners.forEach((each) => each()) };
  };
  const note = (failure: { code: status; details: string } | null): void =>
    void outcomes.push(failure === null ? 'OK' : `${status[failure.code]} ${failure.details}`);
  return {
    waiting,
    outcomes,
    get: () => bound.get(callOf({ key: 'k' }).call, note),
    getPrefix: () => {
      const { call, cancel } = callOf({ prefix: 'p' });
      bound.getPrefix(call, note);
      return cancel;
    },
  };
}

describe('Replies', () => {
  it('are sent as far as there is room; small ones always', () => {
    const room = createRoom(100 * KIB);
    room.take(90 * KIB);
    const { get, waiting, outcomes } = createStage(room);
    for (const bytes of [10, 11, 1]) {
      get();
      waiting.at(-1)?.('v'.repeat(bytes * KIB));
    }
    assert.deepEqual([outcomes[0], outcomes[2]], ['OK', 'OK']);
    assert.match(outcomes[1] ?? '', /^RESOURCE_EXHAUSTED limits\.connection_bytes: /);
  });

  it('that may be large are not even made without room for the largest', () => {
    const room = createRoom(REPLY_BYTES_END);
    const { getPrefix, waiting, outcomes } = createStage(room);
    getPrefix();
    assert.equal(waiting.length, 1);
    room.take(1);
    getPrefix();
    assert.equal(waiting.length, 1);
    assert.match(outcomes[0] ?? '', /^RESOURCE_EXHAUSTED limits\.connection_bytes: /);
  });

  it('that may be large are made four at a time; those that nobody waits for never', async () => {
    const { getPrefix, waiting } = createStage(createRoom(2 * REPLY_BYTES_END));
    for (let at = 0; at < 5; at++) getPrefix();
    const cancel = getPrefix();
    getPrefix();
    cancel();
    assert.equal(waiting.length, 4);
    for (const finish of waiting.splice(0)) finish('');
    await setImmediate();
    assert.equal(waiting.length, 2);
  });
});
