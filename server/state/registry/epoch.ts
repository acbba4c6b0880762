/** Epochs of nodes and segments: they count up, and above all that was counted before a restore. */
import { struct, u32, u64 } from '../../codec/layout/layout.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';

/** How often a node has registered, ever. */
export const registrations = resource({
  table: 'registrations',
  layout: struct('Registrations', { node_id: u64, count: u64 }),
  key: ['node_id'],
});

type Reads = Pick<Records, 'epochBase' | 'get'>;

export const registrationsOf = (records: Pick<Records, 'get'>, node: bigint): bigint =>
  records.get(registrations, [String(node)])?.count ?? 0n;

/** The epoch that a node was given last; 0 if it never was. */
export function epochOfNode(records: Reads, node: bigint): bigint {
  const count = registrationsOf(records, node);
  return count === 0n ? 0n : records.epochBase() + count;
}

/** Segments have room for no more. At the end it stays: apply must not fail on what was agreed on. */
const SEGMENT_EPOCH_MAX = u32.max;

/** What the epochs of a segment begin at. */
export const firstEpoch = (records: Reads): number =>
  Math.min(Number(records.epochBase()), SEGMENT_EPOCH_MAX);

/** The one after `epoch`. */
export const nextEpoch = (records: Reads, epoch: number): number =>
  Math.min(Math.max(epoch, firstEpoch(records)) + 1, SEGMENT_EPOCH_MAX);

/** What `epoch` becomes when all epochs are raised: of two, the later one stays the later. */
export function raisedEpoch(records: Reads, epoch: number): number {
  const first = firstEpoch(records);
  return epoch < first ? Math.min(first + epoch, SEGMENT_EPOCH_MAX) : epoch;
}
