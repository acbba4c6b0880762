/** What is marked as deleted, so that nobody has to look for it among all that there is. */
import { string, struct, u32 } from '../../codec/layout/layout.ts';
import { resource } from '../resources/resource.ts';

export const doomedTopic = resource({
  table: 'doomedTopic',
  layout: struct('DoomedTopic', { tenant: string, topic_name: string }),
  key: ['tenant', 'topic_name'],
});

export const doomedShard = resource({
  table: 'doomedShard',
  layout: struct('DoomedShard', { shard_name: string }),
  key: ['shard_name'],
});

export const doomedSegment = resource({
  table: 'doomedSegment',
  layout: struct('DoomedSegment', { shard_name: string, segment_seq: u32 }),
  key: ['shard_name', 'segment_seq'],
});
