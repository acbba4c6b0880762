/**
 * Where this server is meant to answer or to push otherwise than the original, one by one: its known
 * defects are not copied. A finding that no row explains is a mistake.
 */
import { canonical } from '../broker/canonical.ts';
import type { Finding } from './findings.ts';

interface Meant {
  readonly why: string;
  /** What is missing because of it cannot come: nobody waits for that. */
  readonly never?: true;
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

/** Two made the shard `dc1sf52jueqr3vb9ratg-1` at once, too: that of the first, which is not stored. */
const SECOND_SHARD_UID = 'dc1sf52jueqr3vb9ravg';

/**
 * How the names of all shards begin that were made after this, or after a broker had come back: the
 * original goes on to count what is not stored, and does not count anew what is.
 */
const PLACED_ELSEWHERE = [
  'dc1sf9qjueqr26rhq1',
  'dc1sfdqjueqr26rhq1',
  'dc1sg8qjueqr26rhq1',
] as const;

/** When they were made. */
const PLACED_AT: ReadonlySet<number> = new Set([
  ...[581, 588, 615, 622],
  ...[867, 875, 890, 897, 908, 915],
]);

/** Brokers that have come back list segments, while the original still gives them back one by one. */
const LISTED_AT_RETURN: ReadonlySet<number> = new Set([777, 778, 1063, 1064]);

/** Segments of which their leaders told the ISR at that moment. */
const TOLD_AT_RETURN = ['dc1serqjueqr3vb9rag0-1', 'dc1sf0ijueqr26rhq190-1'] as const;

/** The brokers of a segment, and what follows from who they are, when one of them is lost. */
const PLACEMENT =
  /^Segment[.](replicas[.](node_id|fold)|isr|last_known_isr|leader|leader_epoch|leader_broker_epoch|segment_epoch|status)$/;
/** What changes when a segment is given back to a broker. */
const RECOVERY =
  /^Segment[.](isr|last_known_isr|leader_epoch|leader_broker_epoch|segment_epoch|status)$/;

const isOf = (names: readonly string[], at: string): boolean =>
  names.some((name) => at.startsWith(`["${name}`));

const MEANT: readonly Meant[] = [
  {
    why: 'it was captured while the original had no leader yet',
    explains: ({ what, field, captured }) =>
      what === 'Set' && field === 'status' && textOf(captured).includes('None, None'),
  },
  {
    why: 'of several that are made at once one is stored, and this one is told to everybody',
    never: true,
    explains: ({ what, field, captured }) =>
      ID_FIELDS.has(field) &&
      (field !== 'missing' || /^push (Topic|ShareGroup) Create$/.test(what)) &&
      SECOND_IDS.some((id) => textOf(captured).includes(id)),
  },
  {
    why: 'a shard that is there is told of again as it is: there is no other one of its name',
    never: true,
    explains: ({ what, field, captured }) =>
      what === 'push Shard Create' &&
      field === 'missing' &&
      textOf(captured).includes(SECOND_SHARD_UID),
  },
  {
    why: 'of a group that two made at once, who comes back is told what is stored',
    explains: ({ what, field, at }) =>
      what === 'push ShareGroup Create' && field === 'unexpected' && at.endsWith('"g1/s/+"]'),
  },
  {
    why: 'the load of a broker is what is stored of it',
    never: true,
    explains: ({ index, what, field, at }) =>
      (what === 'CreateShard' && index !== undefined && PLACED_AT.has(index)) ||
      (isOf(PLACED_ELSEWHERE, at) &&
        (PLACEMENT.test(field) ||
          (/^push Segment (Create|Update)$/.test(what) && /^(missing|unexpected)$/.test(field)))),
  },
  {
    why: 'who is not the leader of a segment, or has no replica, because of the row above, cannot change its ISR',
    explains: ({ what, field, ours }) =>
      what === 'UpdateSegmentIsr' &&
      field === 'status' &&
      PLACED_ELSEWHERE.some((name) => textOf(ours).includes(name)) &&
      /is not the current leader|leader_epoch 0 != current 1|not a subset/.test(textOf(ours)),
  },
  {
    why: 'a segment that is given back tells the epoch that its leader has by now, not the one before',
    explains: ({ field, captured, ours }) =>
      field === 'Segment.leader_broker_epoch' && captured === 1n && ours === 2n,
  },
  {
    why: 'segments are given back to a broker before it can ask, not one by one behind its back',
    explains: ({ index, what, field, captured }) =>
      (what === 'ListSegment' &&
        index !== undefined &&
        LISTED_AT_RETURN.has(index) &&
        RECOVERY.test(field)) ||
      // The original has lost this one.
      (what === 'push Segment Create' &&
        field === 'missing' &&
        /"leader_epoch":1,.*"segment_epoch":2,/.test(textOf(captured))),
  },
  {
    why: 'so the ISR that its leader told in between is of the time before, and refused, instead of lost',
    explains: ({ what, field, at, ours }) =>
      (what === 'UpdateSegmentIsr' &&
        field === 'status' &&
        TOLD_AT_RETURN.some((name) => textOf(ours).includes(name)) &&
        textOf(ours).includes('leader_epoch 0 != current 1')) ||
      (isOf(TOLD_AT_RETURN, at) &&
        (field === 'Segment.segment_epoch' ||
          (/^push Segment (Create|Update)$/.test(what) && /^(missing|unexpected)$/.test(field)))),
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

/** Whether a push that has not come never will, as it is meant to be. */
export const cannotCome = (finding: Finding): boolean =>
  MEANT.some(({ never, explains }) => never === true && explains(finding));
