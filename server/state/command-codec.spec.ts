import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeCommand, encodeCommand } from './command-codec.ts';
import type { Command, Proposed } from './command.ts';
import { Malformed, UnknownCommand } from './errors.ts';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
const counting = fc.maxSafeNat();

const proposed: fc.Arbitrary<Proposed> = fc.record(
  {
    timeMs: counting,
    request: fc.record({
      client: fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 128 }),
      id: counting.filter((id) => id > 0),
    }),
  },
  { requiredKeys: ['timeMs'] },
);

const payload = fc.oneof(
  fc.record({ kind: fc.constant('kvSet' as const), key: text, value: fc.uint8Array() }),
  fc.record({ kind: fc.constant('kvDelete' as const), key: text }),
  fc.record({
    kind: fc.constant('announce' as const),
    announcement: fc.record(
      {
        directory: text,
        peerAddress: fc.string(),
        clientAddress: fc.string(),
        commandVersionMax: counting,
      },
      { noNullPrototype: true },
    ),
  }),
  fc.record({
    kind: fc.constant('raiseVersion' as const),
    version: counting,
    directories: fc.array(text, { maxLength: 5 }),
  }),
  fc.record({
    kind: fc.constant('raiseEpochs' as const),
    by: counting,
    cluster: text,
    incident: fc.string({ unit: 'binary' }),
  }),
);

/** Any command. */
const anyCommand: fc.Arbitrary<Command> = fc
  .tuple(payload, proposed)
  .map(([what, { timeMs, request }]) => ({
    ...what,
    timeMs,
    ...(request && { request: { client: request.client, id: request.id } }),
  }));

/** As found in a log: in the middle of other bytes. */
const embed = (bytes: Uint8Array): Uint8Array => {
  const around = new Uint8Array(bytes.length + 9).fill(0xff);
  around.set(bytes, 5);
  return around.subarray(5, 5 + bytes.length);
};

const set: Command = { kind: 'kvSet', timeMs: 300, key: 'ab', value: Buffer.from('xyz') };

describe('The encoding of commands', () => {
  it('gives every command back', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        const decoded = decodeCommand(embed(encodeCommand(command)));
        assert.deepEqual(
          decoded.kind === 'kvSet'
            ? { ...decoded, value: Uint8Array.from(decoded.value) }
            : decoded,
          command,
        );
      }),
    );
  });

  it('is the only one of a command', () => {
    fc.assert(
      fc.property(anyCommand, fc.nat(), fc.nat({ max: 255 }), (command, at, byte) => {
        const bytes = encodeCommand(command);
        const changed = Uint8Array.from(bytes);
        changed[at % bytes.length] = byte;
        let decoded: Command;
        try {
          decoded = decodeCommand(changed);
        } catch (error) {
          assert(error instanceof Malformed || error instanceof UnknownCommand);
          return;
        }
        assert.deepEqual(Buffer.from(encodeCommand(decoded)), Buffer.from(changed));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused when cut off', () => {
    fc.assert(
      fc.property(
        anyCommand.filter(({ kind }) => kind !== 'kvSet'),
        fc.nat(),
        (command, at) => {
          const bytes = encodeCommand(command);
          assert.throws(() => decodeCommand(bytes.subarray(0, at % bytes.length)), Malformed);
        },
      ),
    );
  });

  it('stays as it is in logs', () => {
    assert.equal(Buffer.from(encodeCommand(set)).toString('hex'), '0101ac020002616278797a');
    const numbered: Command = { ...set, request: { client: 'c', id: 7 } };
    assert.equal(
      Buffer.from(encodeCommand(numbered)).toString('hex'),
      '0101ac020101630702616278797a',
    );
  });

  it('does not copy a value that it reads', () => {
    const bytes = encodeCommand(set);
    const decoded = decodeCommand(bytes);
    assert(decoded.kind === 'kvSet' && decoded.value.buffer === bytes.buffer);
  });

  it('keeps a byte order mark in front of a key', () => {
    const key = `\uFEFF${'long'.repeat(20)}`;
    const decoded = decodeCommand(encodeCommand({ kind: 'kvDelete', timeMs: 0, key }));
    assert(decoded.kind === 'kvDelete' && decoded.key === key);
  });

  for (const [name, bytes, error] of [
    ['another format', [9, 1, 0, 0, 1, 97], /unknown format 9/],
    ['another kind', [1, 77, 0, 0, 1, 97], /unknown kind 77/],
    ['nothing', [], /cut off/],
    ['unknown flags', [1, 1, 0, 2, 1, 97], /flags 2/],
    ['request 0', [1, 1, 0, 1, 1, 97, 0, 1, 97], /request 0/],
    ['a client without a name', [1, 1, 0, 1, 0, 1, 1, 97], /empty key/],
    ['an empty key', [1, 2, 0, 0, 0], /empty key/],
    ['more than a command', [1, 2, 0, 0, 1, 97, 0], /something follows/],
    ['a key that is no UTF-8', [1, 2, 0, 0, 1, 0xff], /no UTF-8/],
    ['a number with leading zeros', [1, 2, 0x80, 0, 0, 1, 97], /leading zeros/],
    ['a number above all', [1, 2, ...Array<number>(9).fill(0xff), 1, 0, 1, 97], /too large/],
  ] as const) {
    it(`refuses ${name}`, () => {
      assert.throws(() => decodeCommand(Uint8Array.from(bytes)), error);
    });
  }

  it('refuses to write what cannot be counted', () => {
    for (const timeMs of [-1, 0.5, NaN, 2 ** 53]) {
      assert.throws(() => encodeCommand({ ...set, timeMs }), RangeError);
    }
  });

  it('refuses names of clients that are too long', () => {
    const named = (length: number): Uint8Array =>
      encodeCommand({ ...set, request: { client: 'c'.repeat(length), id: 1 } });
    assert.doesNotThrow(() => decodeCommand(named(128)));
    assert.throws(() => decodeCommand(named(129)), /too long/);
  });
});
