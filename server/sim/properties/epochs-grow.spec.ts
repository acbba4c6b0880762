import { registrations } from '../../state/registry/epoch.ts';
import { segment } from '../../state/registry/shard.ts';
import { describeProperty } from './cases.contract.ts';
import { epochsGrow } from './epochs-grow.ts';
import { changed, put, removed, segmentWith } from './testing/broker-observations.ts';

const first = changed(1, put(segment, segmentWith()));
const then = (change: Parameters<typeof segmentWith>[0]) =>
  changed(2, put(segment, segmentWith(change)));
const registered = (index: number, count: bigint) =>
  changed(index, put(registrations, { node_id: 1n, count }));

describeProperty(epochsGrow, {
  breaks: {
    'a leader that leads in the epoch of another': [first, then({ leader: 2n, segment_epoch: 1 })],
    'another ISR in the same epoch': [first, then({ isr: [1n] })],
    'other replicas in the same epoch': [first, then({ replicas: [] })],
    'a segment epoch that falls': [
      changed(1, put(segment, segmentWith({ segment_epoch: 2 }))),
      then({ segment_epoch: 1 }),
    ],
    'a node that has its epoch twice': [registered(1, 1n), registered(2, 1n)],
    'a node that begins anew': [
      registered(1, 1n),
      changed(2, removed(registrations, { node_id: 1n, count: 1n })),
    ],
  },
  holds: {
    'another leader in the next epochs': [
      first,
      then({ leader: 2n, isr: [2n], leader_epoch: 1, segment_epoch: 1 }),
    ],
    'another status in the same epoch': [first, then({ status: 'SealUp' })],
    'a segment that is created anew': [
      changed(1, put(segment, segmentWith({ segment_epoch: 2 }))),
      changed(2, removed(segment, segmentWith())),
      changed(3, put(segment, segmentWith())),
    ],
    'a node that registers again': [registered(1, 1n), registered(2, 2n)],
  },
});
