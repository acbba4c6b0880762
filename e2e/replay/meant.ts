/**
 * Where this server is meant to answer or to push otherwise than the original, one by one: its known
 * defects are not copied. A finding that no row explains is a mistake.
 */
import { canonical } from '../broker/canonical.ts';
import type { Finding } from './findings.ts';

interface Meant {
  readonly why: string;
  readonly explains: (finding: Finding) => boolean;
}

/**
 * Brokers made the topics `will/t` and `w/x` at once, each with an id of its own, and two made the
 * group `g1/s/+`. Those are the ids of all but the first, of which the original has stored some.
 */
const SECOND_IDS = [
  'dc1sf52jueqr26rhq1a0',
  'dc1sf52jueqr2doqbk6g',
  'dc1rsqijueqpba40mgcg',
  'dc1setqjueqr3vb9rar0',
] as const;

/** Where they are, and `missing`: a push that is not repeated for them. */
const ID_FIELDS: ReadonlySet<string> = new Set([
  'Topic.topic_id',
  'Topic.storage_name_list',
  'ShareGroup.uuid',
  'CreateShareGroupReply.group.uuid',
  'missing',
]);

/** How the names of all shards begin that were made after a broker had come back. */
const AFTER_RETURN = 'dc1sg8qjueqr26rhq1';

/** When they were made. */
const RETURN_INDEXES: ReadonlySet<number> = new Set([867, 875, 890, 897, 908, 915]);

/** The brokers of a segment, and what follows from who they are. */
const PLACEMENT: ReadonlySet<string> = new Set([
  'Segment.replicas.node_id',
  'Segment.replicas.fold',
  'Segment.isr',
  'Segment.leader',
  'Segment.leader_broker_epoch',
  'Segment.segment_epoch',
]);

const MEANT: readonly Meant[] = [
  {
    why: 'it was captured while the original had no leader yet',
    explains: ({ what, field, captured }) =>
      what === 'Set' && field === 'status' && textOf(captured).includes('None, None'),
  },
  {
    why: 'of several that are made at once one is stored, and this one is told to everybody',
    explains: ({ what, field, captured }) =>
      ID_FIELDS.has(field) &&
      (field !== 'missing' || /^push (Topic|ShareGroup) Create$/.test(what)) &&
      SECOND_IDS.some((id) => textOf(captured).includes(id)),
  },
  {
    why: 'the load of a broker is what is stored of it, also after it was lost and came back',
    explains: ({ index, what, field, at }) =>
      (what === 'CreateShard' && index !== undefined && RETURN_INDEXES.has(index)) ||
      (PLACEMENT.has(field) && at.startsWith(`["${AFTER_RETURN}`)),
  },
  {
    why: 'who is not the leader of a segment, because of the row above, cannot change its ISR',
    explains: ({ what, field, ours }) =>
      what === 'UpdateSegmentIsr' &&
      field === 'status' &&
      textOf(ours).includes(AFTER_RETURN) &&
      textOf(ours).includes('is not the current leader'),
  },
  {
    why: 'a refusal tells the real number, where the original prints 0',
    explains: ({ what, field, captured, ours }) =>
      what === 'UpdateSegmentIsr' &&
      field === 'status' &&
      /!= (current|registered) 0"$/.test(textOf(captured)) &&
      untilNumber(captured) === untilNumber(ours),
  },
  {
    why: 'who registers is told what changed since a minute before it started, which it may have listed',
    explains: ({ what, field }) => what === 'push Node Create' && field === 'unexpected',
  },
  {
    why: 'a member that a broker may know already is taken out of its group before it is put in again',
    explains: ({ what, field }) =>
      what === 'push ShareGroupMember Delete' && field === 'unexpected',
  },
];

const textOf = (value: unknown): string => (value === undefined ? '' : canonical(value));

const untilNumber = (refusal: unknown): string => textOf(refusal).replace(/\d+"$/, '');

/** Why a finding is meant to be, if it is. */
export const meaningOf = (finding: Finding): string | undefined =>
  MEANT.find(({ explains }) => explains(finding))?.why;
