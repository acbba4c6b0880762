import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Message as Layout } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import { ExchangeRequest } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { Message } from '../../raft/message.ts';
import { CodecError } from './codec-error.ts';
import { decodeRequest, encodeFrame, encodeGreeting } from './frame-codec.ts';
import type { Frame } from './frame-codec.ts';
import type { Entry, EntryKind } from '../../raft/entry.ts';
import type { Configuration } from '../../raft/membership/configuration.ts';

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
const member = count.map((value) => toMemberId(Math.max(1, value)));
const index = count.map(toIndex);
const position = record({ index, term });
const header = {
  from: member,
  to: member,
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

const heartbeatReply = {
  kind: fc.constant('heartbeatReply'),
  ...header,
  round: count,
  lease: granted,
  last: index,
  spaceLow: granted,
};
const snapshot = {
  kind: fc.constant('snapshot'),
  ...header,
  snapshot: record({ index, term, configuration, configurationIndex: index }),
};
const hash = fc.stringMatching(/^[0-9a-f]{16}$/);
const state = record({
  index: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map(toIndex),
  hash: fc.option(hash, { nil: undefined }),
});

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
  heartbeatReply: fc.oneof(record(heartbeatReply), record({ ...heartbeatReply, state })),
  snapshot: fc.oneof(
    record(snapshot),
    record({ ...snapshot, hash }),
    record({ ...snapshot, hash, rebuild: fc.constant(true) }),
  ),
  timeoutNow: record({ kind: fc.constant('timeoutNow'), ...header }),
  resigned: record({ kind: fc.constant('resigned'), ...header }),
  readRequest: record({ kind: fc.constant('readRequest'), ...header, context: count }),
  readReply: record({ kind: fc.constant('readReply'), ...header, context: count, index }),
  removed: record({ kind: fc.constant('removed'), ...header }),
};

/** Messages of each kind, with small and large numbers. */
const arbitraryMessages: Readonly<Record<Message['kind'], fc.Arbitrary<Message>>> = shapes;

/** Messages of any kind. */
const arbitraryMessage: fc.Arbitrary<Message> = fc.oneof(...Object.values(shapes));

const HEADER = { from: toMemberId(1), to: toMemberId(2), term: toTerm(3) };

const frameOf = (...messages: readonly Message[]): Frame => ({ cluster: '', messages, echo: 0 });

const layoutsOf = (bytes: Buffer): readonly Layout[] => {
  const { kind } = ExchangeRequest.decode(bytes);
  assert(kind?.$case === 'frame');
  return kind.value.messages;
};

/** A frame of messages as the generated code writes it. */
const encodeLayouts = (messages: readonly Layout[]): Buffer => {
  const value = { clusterId: 'cluster', messages, echo: 9 };
  return Buffer.from(ExchangeRequest.encode({ kind: { $case: 'frame', value } }).finish());
};

const codeOf = (bytes: Buffer): string => {
  try {
    decodeRequest(bytes);
  } catch (error) {
    if (error instanceof CodecError) return error.code;
    throw error;
  }
  return 'read';
};

describe('frames', () => {
  for (const [kind, arbitrary] of Object.entries(arbitraryMessages)) {
    it(`come back as they were: ${kind}`, () => {
      fc.assert(
        fc.property(fc.array(arbitrary, { maxLength: 3 }), (messages) => {
          const frame = { cluster: 'cluster', messages, echo: 7 };
          const request = decodeRequest(encodeFrame(frame));
          assert.deepEqual(request, { kind: 'frame', frame, unknown: 0 });
        }),
      );
    });
  }

  it('have the layout of the description', () => {
    fc.assert(
      fc.property(fc.array(arbitraryMessage, { maxLength: 4 }), (messages) => {
        const layouts = layoutsOf(encodeFrame(frameOf(...messages)));
        assert.deepEqual(
          layouts.map(({ from, to, term, kind }) => ({ from, to, term, kind: kind?.$case })),
          messages.map(({ from, to, term, kind }) => ({ from, to, term, kind })),
        );
        // What the generated code writes has other lengths, but means the same.
        const request = decodeRequest(encodeLayouts(layouts));
        const frame = { cluster: 'cluster', messages, echo: 9 };
        assert.deepEqual(request, { kind: 'frame', frame, unknown: 0 });
      }),
    );
  });

  it('hold an append’s numbers where the description has them', () => {
    const append: Message = {
      ...HEADER,
      kind: 'append',
      previous: { index: toIndex(2 ** 40), term: toTerm(2) },
      entries: [
        { index: toIndex(2 ** 40 + 1), term: toTerm(2), kind: 'noop', data: Buffer.alloc(0) },
        { index: toIndex(2 ** 40 + 2), term: toTerm(3), kind: 'command', data: Buffer.of(5) },
      ],
      commit: toIndex(6),
    };
    assert.deepEqual(layoutsOf(encodeFrame(frameOf(append))), [
      {
        ...HEADER,
        kind: {
          $case: 'append',
          value: {
            previousIndex: 2 ** 40,
            previousTerm: 2,
            commit: 6,
            entries: [
              { term: 2, kind: 1, data: Buffer.alloc(0) },
              { term: 0, kind: 2, data: Buffer.of(5) },
            ],
          },
        },
      },
    ]);
  });

  it('give entries as views of what was received', () => {
    const entry = {
      index: toIndex(1),
      term: toTerm(3),
      kind: 'command',
      data: Buffer.from('data'),
    } as const;
    const previous = { index: toIndex(0), term: toTerm(0) };
    const bytes = encodeFrame(
      frameOf({ ...HEADER, kind: 'append', previous, entries: [entry], commit: toIndex(0) }),
    );
    const request = decodeRequest(bytes);
    assert(request.kind === 'frame');
    const [message] = request.frame.messages;
    assert(message?.kind === 'append');
    bytes[bytes.indexOf('data')] = 'D'.charCodeAt(0);
    assert.equal(Buffer.from(message.entries[0]!.data).toString(), 'Data');
  });

  it('leave out messages and entries of kinds that a newer version sends', () => {
    const known: Message = { ...HEADER, kind: 'removed' };
    const bytes = encodeFrame(frameOf(known));
    // Field 18 of the message becomes field 31.
    const at = bytes.indexOf(Buffer.of(((18 << 3) & 0x7f) | 0x82, 0x01));
    assert(at > 0);
    bytes[at] = 0xfa;
    assert.deepEqual(decodeRequest(bytes), { kind: 'frame', frame: frameOf(), unknown: 1 });

    const newer = { term: 3, kind: 4 as never, data: Buffer.alloc(0) };
    const value = { previousIndex: 0, previousTerm: 0, commit: 0, entries: [newer] };
    const request = decodeRequest(encodeLayouts([{ ...HEADER, kind: { $case: 'append', value } }]));
    assert(request.kind === 'frame');
    assert.deepEqual([request.frame.messages, request.unknown], [[], 1]);
    assert.deepEqual(decodeRequest(Buffer.of(0x7a, 0)), { kind: 'unknown' });
  });

  it('are refused with numbers beyond 2^53 - 1', () => {
    const bytes = encodeFrame(frameOf({ ...HEADER, kind: 'readRequest', context: 2 ** 53 - 1 }));
    assert.equal(codeOf(bytes), 'read');
    const last = bytes.length - 1;
    assert.equal(bytes[last], 0x0f, 'the highest seven bits');
    bytes[last] = 0x10;
    assert.equal(codeOf(bytes), 'unsafe');
    assert.throws(
      () => encodeFrame(frameOf({ ...HEADER, kind: 'readRequest', context: 2 ** 53 })),
      /counts something/,
    );
  });

  it('are refused when they are cut off or are nonsense, and never break the reader', () => {
    fc.assert(
      fc.property(arbitraryMessage, fc.nat(), fc.integer({ min: 0, max: 255 }), (m, at, byte) => {
        const bytes = encodeFrame(frameOf(m));
        const cut = 1 + (at % (bytes.length - 1));
        assert.equal(codeOf(bytes.subarray(0, cut)), 'malformed');
        bytes[at % bytes.length] = byte;
        codeOf(bytes);
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void codeOf(Buffer.from(bytes))));
  });

  it('are refused when a message names no sender or no receiver', () => {
    const kind = { $case: 'timeoutNow', value: {} } as const;
    assert.equal(codeOf(encodeLayouts([{ ...HEADER, kind }])), 'read');
    assert.equal(codeOf(encodeLayouts([{ ...HEADER, from: 0, kind }])), 'malformed');
    assert.equal(codeOf(encodeLayouts([{ ...HEADER, to: 0, kind }])), 'malformed');
  });

  it('come after a greeting', () => {
    const greeting = {
      protocolVersion: 1,
      protocolVersionMin: 1,
      clusterId: 'cluster',
      memberId: 4,
      directory: 'here',
      targetDirectory: 'there',
      peerAddress: 'host:1',
      clientAddress: 'host:2',
      commandVersionMax: 3,
      incarnation: 5,
      waiting: true,
    };
    const request = decodeRequest(Buffer.from(encodeGreeting(greeting)));
    assert.deepEqual(request, { kind: 'greeting', greeting });
  });
});
