import assert from 'node:assert/strict';
import { MqttSession } from '../../codec/robustmq/session.ts';
import { CONNECTED } from '../testing/sessions.ts';
import { tell } from './push.ts';
import { changeRecords } from './records.ts';
import { resource } from './resource.ts';
import type { Resource } from './resource.ts';

const KIND = {
  table: 'kind',
  layout: MqttSession,
  key: ['client_id'],
  told: tell('Session'),
} as const;
const streamed = resource(KIND);
const listed = resource({ ...KIND, listed: 'whole' });

/** How many rows are read for it; and what brokers are told. */
function taken(
  kind: Resource<MqttSession>,
  change: 'put' | 'remove',
  action?: 'silent',
): readonly [reads: number, told: number] {
  let reads = 0;
  const read = (key: string): Uint8Array | undefined => {
    reads += 1;
    return key === 'r/kind/c' ? kind.codec.encode(CONNECTED) : undefined;
  };
  const { records, pushes } = changeRecords(read, () => [], { index: 1, timeMs: 1 });
  records[change](kind, CONNECTED, action);
  return [reads, pushes.length];
}

describe('A record that changes', () => {
  it('is not read before it is put, unless it counts in a list', () => {
    assert.deepEqual(taken(streamed, 'put'), [0, 1]);
    assert.deepEqual(taken(listed, 'put'), [1, 1]);
  });

  it('is read before it is deleted only where brokers are told what it was', () => {
    assert.deepEqual(taken(streamed, 'remove'), [1, 1]);
    assert.deepEqual(taken(streamed, 'remove', 'silent'), [0, 0]);
  });
});
