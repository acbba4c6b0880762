/** Why a write was turned away, in the words of v0.4.11: `behaviour.md` §2.8. */

/** What kind of thing went wrong; one of the services has a status for each, the others one for nearly all. */
export type RefusalKind =
  | 'exists'
  | 'missing'
  /** What is there does not allow it. */
  | 'precondition'
  /** What was asked for makes no sense. */
  | 'invalid'
  /** What it was decided on is not so any more, or never was. */
  | 'conflict'
  /** There is no room. */
  | 'full';

interface RefusalFacts {
  /** Names it in replies that are kept: never used again for another. */
  readonly tag: number;
  readonly kind: RefusalKind;
  /** Made of words: of a record that is or is not there, those are the parts of its key. */
  readonly text: (...words: readonly string[]) => string;
}

const REFUSALS = {
  listFull: {
    tag: 1,
    kind: 'full',
    text: (table, bytesMax) =>
      `the list of all ${table} would take more than the ${bytesMax} bytes that brokers can receive at their start; delete some`,
  },
  schemaExists: {
    tag: 2,
    kind: 'exists',
    text: (_tenant, name) => `Schema [${name}] already exist`,
  },
  schemaNotFound: { tag: 3, kind: 'missing', text: (_tenant, name) => `Schema ${name} Not found` },
  schemaMissing: {
    tag: 4,
    kind: 'missing',
    text: (_tenant, name) => `Schema [${name}] does not exist`,
  },
  tenantExists: { tag: 5, kind: 'exists', text: (name) => `Tenant ${name} already exists` },
  tenantMissing: { tag: 6, kind: 'missing', text: (name) => `Tenant ${name} not found` },
  userExists: { tag: 7, kind: 'exists', text: (_tenant, name) => `User [${name}] already exist` },
  userMissing: { tag: 8, kind: 'missing', text: (_tenant, name) => `User ${name} does not exist` },
  rewriteRuleExists: {
    tag: 9,
    kind: 'exists',
    text: (tenant, name) => `Topic rewrite rule '${name}' for tenant '${tenant}' already exists`,
  },
  rewriteRuleMissing: {
    tag: 10,
    kind: 'missing',
    text: (tenant, name) => `Topic rewrite rule '${name}' for tenant '${tenant}' does not exist`,
  },
  autoSubscribeRuleExists: {
    tag: 11,
    kind: 'exists',
    text: (tenant, name) => `Auto subscribe rule '${name}' for tenant '${tenant}' already exists`,
  },
  autoSubscribeRuleMissing: {
    tag: 12,
    kind: 'missing',
    text: (tenant, name) => `Auto subscribe rule '${name}' for tenant '${tenant}' does not exist`,
  },
  subscribeMissing: {
    tag: 13,
    kind: 'missing',
    text: (_client, path) => `Subscribe [${path}] does not exist`,
  },
  connectorExists: { tag: 14, kind: 'exists', text: (name) => `Connector [${name}] already exist` },
  connectorMissing: { tag: 15, kind: 'missing', text: (name) => `Connector ${name} Not found` },
  topicMissing: {
    tag: 16,
    kind: 'missing',
    text: (_tenant, name) => `Topic [${name}] does not exist`,
  },
  partitionsNotMore: {
    tag: 17,
    kind: 'precondition',
    text: (topic, wanted, current) =>
      `New partition count ${wanted} must be greater than the current partition count ${current} for topic '${topic}'`,
  },
  partitionsTooMany: {
    tag: 32,
    kind: 'invalid',
    text: (topic, wanted, most) =>
      `New partition count ${wanted} for topic '${topic}': ${most} at most`,
  },
  noNodes: { tag: 18, kind: 'precondition', text: () => 'No Broker nodes are available' },
  shardMissing: { tag: 19, kind: 'missing', text: (shard) => `Shard ${shard} does not exist` },
  shardDoomed: {
    tag: 33,
    kind: 'precondition',
    text: (shard) => `Shard ${shard} is being deleted and no creation is allowed`,
  },
  segmentMissing: {
    tag: 20,
    kind: 'missing',
    text: (shard, segment) => `Segment ${shard}-${segment} does not exist`,
  },
  segmentMetaMissing: {
    tag: 21,
    kind: 'missing',
    text: (shard, segment) => `Segment Meta ${shard},${segment} does not exist`,
  },
  notEnoughNodes: {
    tag: 22,
    kind: 'precondition',
    text: (what, needed, there) =>
      `${what},There are not enough nodes available in the cluster, ${needed} is needed, and currently ${there}.`,
  },
  noFolders: {
    tag: 23,
    kind: 'conflict',
    text: (node) => `Node ${node} has no storage folders configured`,
  },
  notSealable: {
    tag: 24,
    kind: 'precondition',
    text: (shard, segment) =>
      `Segment ${shard},${segment} is in the wrong state. It should not be sealed.`,
  },
  notDeletable: {
    tag: 25,
    kind: 'precondition',
    text: (shard, segment, state) =>
      `Segment ${shard},${segment} state is ${state} and no deletion is allowed`,
  },
  notActive: {
    tag: 26,
    kind: 'conflict',
    text: (segment, shard, active) =>
      `Segment ${segment} is not the active segment for shard ${shard}, current active is ${active}`,
  },
  isrNotLeader: {
    tag: 27,
    kind: 'conflict',
    text: (segment, requester, leader) =>
      `UpdateSegmentIsr on ${segment}: requester ${requester} is not the current leader ${leader}`,
  },
  isrInvalid: {
    tag: 28,
    kind: 'conflict',
    text: (segment, isr, reason) =>
      `UpdateSegmentIsr on ${segment}: invalid new_isr [${isr}] (${reason})`,
  },
  isrLeaderEpoch: {
    tag: 29,
    kind: 'conflict',
    text: (segment, expected, current) =>
      `UpdateSegmentIsr on ${segment}: leader_epoch ${expected} != current ${current}`,
  },
  isrBrokerEpoch: {
    tag: 30,
    kind: 'conflict',
    text: (segment, given, registered) =>
      `UpdateSegmentIsr on ${segment}: broker_epoch ${given} != registered ${registered}`,
  },
  isrSegmentEpoch: {
    tag: 31,
    kind: 'conflict',
    text: (segment, expected, current) =>
      `UpdateSegmentIsr on ${segment}: expected_segment_epoch ${expected} != current ${current}`,
  },
} as const satisfies Record<string, RefusalFacts>;

/** Why a write was turned away. */
export type RefusalCode = keyof typeof REFUSALS;

/** Nothing was written, and why. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly words: readonly string[];
}

export const refuse = (code: RefusalCode, ...words: readonly string[]): Refusal => ({
  code,
  words,
});

export const tagOfRefusal = ({ code }: Refusal): number => REFUSALS[code].tag;

const byTag: ReadonlyMap<number, RefusalFacts> = new Map(
  Object.values<RefusalFacts>(REFUSALS).map((facts) => [facts.tag, facts]),
);

/** What to tell of a refusal; undefined if there is none with this tag. */
export function explainRefusal(
  tag: number,
  words: readonly string[],
): { readonly kind: RefusalKind; readonly text: string } | undefined {
  const facts = byTag.get(tag);
  return facts && { kind: facts.kind, text: facts.text(...words) };
}
