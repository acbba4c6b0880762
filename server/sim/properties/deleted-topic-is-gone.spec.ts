import { offset } from '../../state/registry/offset.ts';
import { segment } from '../../state/registry/shard.ts';
import { shardUse, topic } from '../../state/registry/topic.ts';
import { describeProperty } from './cases.contract.ts';
import { deletedTopicIsGone } from './deleted-topic-is-gone.ts';
import { topicWith } from '../../state/testing/topic-with.ts';
import { changed, put, removed, segmentWith } from './testing/broker-observations.ts';

const x = topicWith('x', ['s'], { mark_delete: true });
const use = (topic_name: string) => ({ shard_name: 's', tenant: 't', topic_name });
const saved = {
  ...{ tenant: 't', group: 'g', shard_name: 's', topic: 'x', partition: 0 },
  ...{ offset: 1n, saved_ms: 1n },
};
const made = changed(1, put(topic, x), put(segment, segmentWith()), put(shardUse, use('x')));

describeProperty(deletedTopicIsGone, {
  breaks: {
    'a segment that is left': [made, changed(2, removed(topic, x), removed(shardUse, use('x')))],
    'an offset that is left': [
      made,
      changed(2, put(offset, saved)),
      changed(3, removed(topic, x), removed(shardUse, use('x')), removed(segment, segmentWith())),
    ],
  },
  holds: {
    'nothing that is left': [
      made,
      changed(2, removed(segment, segmentWith())),
      changed(3, removed(topic, x), removed(shardUse, use('x'))),
    ],
    'what another topic refers to': [
      made,
      changed(2, put(topic, topicWith('y', ['s'], { mark_delete: true })), put(shardUse, use('y'))),
      changed(3, removed(topic, x), removed(shardUse, use('x'))),
    ],
    'a topic that stays': [made, changed(2, put(topic, x))],
  },
});
