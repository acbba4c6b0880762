import assert from 'node:assert/strict';
import { meaningOf } from './meant.ts';

const finding = (over: object) => ({
  ...{ index: 1, what: 'ListTopic', field: 'Topic.topic_id', at: '', captured: 'a', ours: 'b' },
  ...over,
});
const isr = (captured: string, ours: string) =>
  finding({ what: 'UpdateSegmentIsr', field: 'status', captured, ours });

describe('what is meant to differ', () => {
  const cases: readonly [what: string, finding: object, meant: boolean][] = [
    ['a topic that was made twice', finding({ captured: 'dc1sf52jueqr2doqbk6g' }), true],
    ['the one that was first', finding({ captured: 'dc1sf52jueqr3vb9ratg' }), false],
    [
      'its shards',
      finding({ field: 'Topic.storage_name_list', captured: 'dc1sf52jueqr2doqbk6g-0' }),
      true,
    ],
    [
      'its configuration',
      finding({ field: 'Topic.config.retention_sec', captured: 'dc1sf52jueqr2doqbk6g' }),
      false,
    ],
    [
      'the push of the one that lost',
      finding({
        what: 'push Topic Create',
        field: 'missing',
        captured: { topic_id: 'dc1rsqijueqpba40mgcg' },
      }),
      true,
    ],
    [
      'the push of the one that was first',
      finding({
        what: 'push Topic Create',
        field: 'missing',
        captured: { topic_id: 'dc1rsqijueqpcsga3di0' },
      }),
      false,
    ],
    [
      'the push of a deletion',
      finding({
        what: 'push Topic Delete',
        field: 'missing',
        captured: { topic_id: 'dc1rsqijueqpba40mgcg' },
      }),
      false,
    ],
    ['a node of before', finding({ what: 'push Node Create', field: 'unexpected' }), true],
    [
      'a node that nobody is told of',
      finding({ what: 'push Node Create', field: 'missing' }),
      false,
    ],
    [
      'a member that is told again',
      finding({ what: 'push ShareGroupMember Delete', field: 'unexpected' }),
      true,
    ],
    [
      'a refusal with the real number',
      isr('leader_epoch 0 != current 0', 'leader_epoch 0 != current 1'),
      true,
    ],
    [
      'another refusal',
      isr('leader_epoch 0 != current 0', 'expected_segment_epoch 0 != current 1'),
      false,
    ],
    [
      'a place after a return',
      finding({
        what: 'ListSegment',
        field: 'Segment.leader',
        at: '["dc1sg8qjueqr26rhq1lg-0","0"]',
      }),
      true,
    ],
    [
      'the status of that segment, whose brokers others have lost',
      finding({
        what: 'ListSegment',
        field: 'Segment.status',
        at: '["dc1sg8qjueqr26rhq1lg-0","0"]',
      }),
      true,
    ],
    [
      'whether that segment is there',
      finding({ what: 'ListSegment', field: 'missing', at: '["dc1sg8qjueqr26rhq1lg-0","0"]' }),
      false,
    ],
    [
      'a segment that is given back before its broker asks',
      finding({ index: 777, what: 'ListSegment', field: 'Segment.status', at: '["a-0","0"]' }),
      true,
    ],
    [
      'a segment that is given back without being lost',
      finding({ index: 776, what: 'ListSegment', field: 'Segment.status', at: '["a-0","0"]' }),
      false,
    ],
    [
      'the epoch of a leader that has come back',
      finding({ field: 'Segment.leader_broker_epoch', captured: 1n, ours: 2n }),
      true,
    ],
    [
      'an epoch that has gone back',
      finding({ field: 'Segment.leader_broker_epoch', captured: 2n, ours: 1n }),
      false,
    ],
    [
      'a place before',
      finding({
        what: 'ListSegment',
        field: 'Segment.leader',
        at: '["dc1serqjueqr3vb9rag0-1","0"]',
      }),
      false,
    ],
  ];
  for (const [what, given, meant] of cases) {
    it(`${what}: ${meant ? 'yes' : 'no'}`, () => {
      assert.equal(meaningOf(given as Parameters<typeof meaningOf>[0]) !== undefined, meant);
    });
  }
});
