import fc from 'fast-check';
import { toIndex, toMemberId, toTerm } from '../../../raft/ids.ts';
import type { Entry, EntryKind } from '../../../raft/entry.ts';
import type { Configuration } from '../../../raft/membership/configuration.ts';
import type { Message } from '../../../raft/message.ts';

/** Records like those of the codec: with a prototype. */
const record = <Model>(model: {
  [Key in keyof Model]: fc.Arbitrary<Model[Key]>;
}): fc.Arbitrary<Model> => fc.record(model, { noNullPrototype: true });

const count = fc.oneof(
  fc.nat({ max: 300 }),
  fc.maxSafeNat(),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER),
);
const term = count.map(toTerm);
const index = count.map(toIndex);
const position = record({ index, term });
const header = {
  from: count.map(toMemberId),
  to: count.map(toMemberId),
  term: term.map((value) => toTerm(Math.max(1, value))),
};
const granted = fc.boolean();

const kinds: readonly EntryKind[] = ['noop', 'command', 'configuration'];
const entries = (after: number): fc.Arbitrary<readonly Entry[]> =>
  fc
    .array(
      record({
        term: fc.integer({ min: 1, max: 1000 }).map(toTerm),
        kind: fc.constantFrom(...kinds),
        data: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
      }),
      { maxLength: 5 },
    )
    .map((made) => made.map((entry, at) => ({ index: toIndex(after + 1 + at), ...entry })));

const configuration: fc.Arbitrary<Configuration> = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 7 })
  .map((ids) => ({
    members: ids
      .toSorted((one, other) => one - other)
      .map((id) => ({
        id: toMemberId(id),
        directory: `directory-${id}`,
        priority: id % 3,
        standing: 'voter' as const,
      })),
    outgoing: [],
    nextMemberId: toMemberId(100),
    trust: 'earlyCampaign' as const,
  }));

const shapes: { readonly [Kind in Message['kind']]: fc.Arbitrary<Message & { kind: Kind }> } = {
  preVote: record({ kind: fc.constant('preVote'), ...header, last: position }),
  preVoteReply: record({ kind: fc.constant('preVoteReply'), ...header, granted }),
  vote: record({ kind: fc.constant('vote'), ...header, last: position, transfer: granted }),
  voteReply: record({ kind: fc.constant('voteReply'), ...header, granted }),
  append: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 10 }).chain((after) =>
    record({
      kind: fc.constant('append'),
      ...header,
      previous: record({ index: fc.constant(toIndex(after)), term }),
      entries: entries(after),
      commit: index,
    }),
  ),
  committed: record({ kind: fc.constant('committed'), ...header, commit: position }),
  appendAccepted: record({ kind: fc.constant('appendAccepted'), ...header, match: index }),
  appendRejected: record({
    kind: fc.constant('appendRejected'),
    ...header,
    previous: index,
    hint: position,
    last: index,
  }),
  heartbeat: record({
    kind: fc.constant('heartbeat'),
    ...header,
    round: count,
    commit: position,
  }),
  heartbeatReply: record({
    kind: fc.constant('heartbeatReply'),
    ...header,
    round: count,
    lease: granted,
    last: index,
    spaceLow: granted,
  }),
  snapshot: record({
    kind: fc.constant('snapshot'),
    ...header,
    snapshot: record({ index, term, configuration, configurationIndex: index }),
  }),
  timeoutNow: record({ kind: fc.constant('timeoutNow'), ...header }),
  readRequest: record({ kind: fc.constant('readRequest'), ...header, context: count }),
  readReply: record({ kind: fc.constant('readReply'), ...header, context: count, index }),
  removed: record({ kind: fc.constant('removed'), ...header }),
};

/** Messages of each kind, with small and large numbers. */
export const arbitraryMessages: Readonly<Record<Message['kind'], fc.Arbitrary<Message>>> = shapes;

/** Messages of any kind. */
export const arbitraryMessage: fc.Arbitrary<Message> = fc.oneof(...Object.values(shapes));
