import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { bincode } from '../../server/codec/layout/bincode.ts';
import { EngineShard } from '../../server/codec/robustmq/shard.ts';
import { EngineServiceService as Engine } from '../../proto/gen/meta/engine.ts';
import type { Attempt } from '../broker/attempt.ts';
import { CAPTURES, readCapture, type CapturedCall, type CaptureName } from './capture.ts';
import { createComparison } from './compare.ts';
import { compareReply } from './compare-reply.ts';
import type { Outcome } from './findings.ts';
import { createIds } from './must-differ.ts';

const asItIs = {
  request: (_: string, captured: Buffer) => captured,
  row: (_: string, row: unknown) => row,
};
/** When the captures were made. */
const today = { fromS: 1_795_400_000, toS: 1_795_420_000, isBroker: (id: bigint) => id < 4n };

const callsToMeta = (name: CaptureName): readonly CapturedCall[] =>
  readCapture(name).filter(({ to }) => to.kind === 'meta');

const failed = (code: status, details: string): Attempt => ({
  kind: 'failed',
  text: details,
  code,
  details,
  answered: true,
});
const asCaptured = ({ failure, replies }: CapturedCall): Attempt =>
  failure
    ? failed(status[failure.status as keyof typeof status], failure.details)
    : { kind: 'reply', messages: replies };

const compareAll = (
  calls: readonly CapturedCall[],
  answer: (call: CapturedCall) => Attempt = asCaptured,
): readonly Outcome[] => {
  const comparison = createComparison(createIds(), () => today);
  return calls.map((call) => compareReply(call, answer(call), comparison, asItIs));
};
const findings = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.flatMap(({ findings: these }) => these.map(({ what, field }) => `${what} ${field}`));

describe('replies of a replay', () => {
  for (const name of Object.keys(CAPTURES) as CaptureName[]) {
    it(`${name}: who answers as it was captured is equal in everything`, () => {
      const outcomes = compareAll(callsToMeta(name));
      assert.ok(outcomes.length > 100);
      assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(['equal']));
    });
  }

  const calls = callsToMeta('three-brokers');
  const last = (rpc: { readonly path: string }): CapturedCall =>
    calls.findLast((call) => call.rpc === rpc.path && call.replies.length > 0)!;
  const shards = last(Engine.listShard);
  const codec = bincode(EngineShard);
  const withShards = (change: (shards: EngineShard[]) => EngineShard[]): Attempt => {
    const these = shards.replies.map((reply) =>
      codec.decode(Engine.listShard.responseDeserialize(reply).shard),
    );
    const messages = change(these).map((shard) =>
      Engine.listShard.responseSerialize({ shard: Buffer.from(codec.encode(shard)) }),
    );
    return { kind: 'reply', messages };
  };
  const edited = (edit: (shard: EngineShard) => EngineShard): Attempt =>
    withShards(([first, ...rest]) => [edit(first!), ...rest]);

  const faults: readonly [what: string, answer: Attempt, found: readonly string[]][] = [
    ['as captured', withShards((all) => all), []],
    [
      'of other ids and times',
      withShards((all) =>
        all.map((shard) => ({
          ...shard,
          shard_uid: `new-${shard.shard_uid}`,
          create_time: 1_795_400_001n,
        })),
      ),
      [],
    ],
    [
      'of one id for two shards',
      withShards((all) => all.map((shard) => ({ ...shard, shard_uid: 'same' }))),
      Array.from({ length: shards.replies.length - 1 }, () => 'ListShard Shard.shard_uid'),
    ],
    [
      'of another day',
      edited((shard) => ({ ...shard, create_time: 1n })),
      ['ListShard Shard.create_time'],
    ],
    [
      'of another status',
      edited((shard) => ({ ...shard, status: 'Deleting' })),
      ['ListShard Shard.status'],
    ],
    [
      'of another size, deep inside',
      edited((shard) => ({ ...shard, config: { ...shard.config, max_segment_size: 1n } })),
      ['ListShard Shard.config.max_segment_size'],
    ],
    ['in another order', withShards((all) => all.toReversed()), ['ListShard Shard.order']],
    ['without the first', withShards(([, ...rest]) => rest), ['ListShard Shard']],
    ['refused', failed(status.INTERNAL, 'no'), ['ListShard status']],
  ];
  for (const [what, answer, found] of faults) {
    it(`a list ${what}: ${found.length === 0 ? 'equal' : 'differs'}`, () => {
      assert.deepEqual(findings(compareAll([shards], () => answer)), found);
    });
  }

  it('an id that was another one in an earlier reply differs', () => {
    const answers = ['one', 'other'].map((prefix) =>
      withShards((all) =>
        all.map((shard) => ({ ...shard, shard_uid: `${prefix}-${shard.shard_uid}` })),
      ),
    );
    const found = findings(compareAll([shards, shards], () => answers.shift()!));
    assert.deepEqual(new Set(found), new Set(['ListShard Shard.shard_uid']));
    assert.equal(found.length, shards.replies.length);
  });

  it('brokers in any order are equal', () => {
    const nodes = last(Common.nodeList);
    const reply = Common.nodeList.responseDeserialize(nodes.replies[0]!);
    assert.ok(reply.nodes.length > 1);
    const messages = [Common.nodeList.responseSerialize({ nodes: reply.nodes.toReversed() })];
    assert.deepEqual(findings(compareAll([nodes], () => ({ kind: 'reply', messages }))), []);
  });

  it('an epoch is what it was', () => {
    const register = last(Common.registerNode);
    const messages = [Common.registerNode.responseSerialize({ brokerEpoch: 7n })];
    assert.deepEqual(findings(compareAll([register], () => ({ kind: 'reply', messages }))), [
      'RegisterNode RegisterNodeReply.brokerEpoch',
    ]);
  });

  it('a refusal is compared by its text, and what is not served is told apart', () => {
    const isr = calls.find(({ failure }) => failure?.details.startsWith('UpdateSegmentIsr'))!;
    const other = failed(status.INTERNAL, 'UpdateSegmentIsr: no');
    assert.deepEqual(findings(compareAll([isr], () => other)), ['UpdateSegmentIsr status']);
    assert.deepEqual(findings(compareAll([isr], () => ({ kind: 'reply', messages: [] }))), [
      'UpdateSegmentIsr status',
    ]);
    const [outcome] = compareAll([isr], () => failed(status.UNIMPLEMENTED, ''));
    assert.equal(outcome?.kind, 'not served');
  });
});
