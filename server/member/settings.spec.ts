import assert from 'node:assert/strict';
import { DeleteOffsetDataRequest, SaveOffsetDataRequest } from '../../proto/gen/meta/common.ts';
import { loadConfig } from '../config/load.ts';
import { createDispatch } from '../controllers/pushes/dispatch.ts';
import type { DispatchEffect, DispatchInput } from '../controllers/pushes/dispatch.ts';
import { toIndex } from '../raft/ids.ts';
import type { Push } from '../state/resources/push.ts';
import { measureParts } from '../services/request-parts.ts';
import { pushOptions, serviceLimits } from './settings.ts';

const CONFIG = loadConfig({ environment: {}, flags: {} });
const USER: Push = { type: 'User', action: 'Create', payload: new Uint8Array(1) };

/** A dispatch with these options, that leads; what it does. */
function createLeader(): (input: DispatchInput) => readonly DispatchEffect[] {
  const history = {
    since: () => assert.fail('lines tell all'),
    goneBefore: () => assert.fail('lines tell all'),
    droppedTo: () => toIndex(0),
  };
  const nothing = { index: toIndex(0), timeMs: 0 };
  const dispatch = createDispatch(pushOptions(CONFIG), { history, random: () => 0 }, nothing);
  dispatch.step({ kind: 'leads', from: toIndex(1) }, 0);
  return (input) => dispatch.step(input, 0);
}

const applied = (index: number, timeMs: number, pushes = [USER]): DispatchInput => ({
  ...{ kind: 'applied', timeMs, pushes },
  index: toIndex(index),
});

const registered = (startS: bigint, cursor?: number): DispatchInput => ({
  kind: 'brokers',
  processes: [
    {
      ...{ broker: 1n, epoch: 1n, startS, missed: false, cursorBefore: undefined },
      cursor: cursor === undefined ? undefined : toIndex(cursor),
    },
  ],
});

describe('What brokers are told, as set', () => {
  it('begins a minute before a process has started', () => {
    const step = createLeader();
    step(applied(3, 139_999));
    step(applied(4, 140_000));
    step(applied(5, 201_000));
    const [effect] = step(registered(200n));
    assert.equal(effect?.kind, 'propose');
    assert.deepEqual(
      effect.cursors.map(({ index }) => index),
      [3],
    );
  });

  it('comes in parts of a hundred, as many as the original sends at once', () => {
    const step = createLeader();
    step(registered(200n, 0));
    const many = Array.from({ length: 101 }, () => USER);
    const [effect] = step(applied(3, 201_000, many));
    assert.equal(effect?.kind, 'send');
    assert.equal(effect.records.length, 100);
  });

  it('comes of no lead that another one may have ended', () => {
    assert.ok(pushOptions(CONFIG).confirmedMs <= CONFIG['raft.election_timeout']);
  });
});

describe('Limits of requests, unless they are set', () => {
  const limits = serviceLimits(CONFIG);

  it('have room for the offsets of 40,000 MQTT groups at once', () => {
    const topic = (at: number): string => `sensors/building-${at}/temperature`;
    const request = {
      offsets: Array.from({ length: 40_000 }, (_, at) => ({
        tenant: 'default',
        group: `directly_sub_client-${at}_${topic(at)}_${topic(at)}`,
        offsets: [
          {
            ...{ shardName: `${at}`.padStart(20, 's'), topic: topic(at), partition: 0 },
            ...{ offset: BigInt(at), expectedOffset: undefined },
          },
        ],
      })),
    };
    const bytes = SaveOffsetDataRequest.encode(request).finish().length;
    assert.ok(bytes > 4 << 20 && bytes <= limits.messageBytesMax, `${bytes} bytes`);
    const measured = measureParts(request, limits);
    assert.ok(measured.ok, JSON.stringify(measured));
  });

  it('have none for more entries than there is memory for', () => {
    const shardNames = Array.from({ length: 510_000 }, () => 's');
    const request = { tenant: 't', group: 'g', shardNames };
    assert.ok(DeleteOffsetDataRequest.encode(request).finish().length <= limits.messageBytesMax);
    const measured = measureParts(request, limits);
    assert.ok(!measured.ok);
    assert.equal(
      measured.failure.details,
      `limits.request_bytes: 16777216 bytes at most, got ${33 * 510_000 + 2}`,
    );
  });
});
