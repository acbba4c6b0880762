import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { decodeConfiguration, encodeConfiguration } from './configuration-codec.ts';
import type { Configuration, Member } from './configuration.ts';
import { checkConfiguration, EMPTY_CONFIGURATION } from './configuration.ts';
import type { MemberId } from '../ids.ts';
import { toMemberId } from '../ids.ts';
import { InvariantError } from '../invariant.ts';

const id = toMemberId;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const simple: Configuration = {
  members: [
    { id: id(1), directory: 'a', priority: 0, standing: 'voter' },
    { id: id(300), directory: 'bc', priority: 128, standing: 'learner' },
  ],
  outgoing: [],
  nextMemberId: id(Number.MAX_SAFE_INTEGER),
  trust: 'neither',
};

const joint: Configuration = {
  members: [
    { id: id(1), directory: 'a', priority: 127, standing: 'voter' },
    { id: id(2), directory: 'b', priority: 0, standing: 'learner' },
    { id: id(3), directory: 'c', priority: 0, standing: 'leaving' },
    { id: id(4), directory: 'd', priority: 0, standing: 'voter' },
  ],
  outgoing: [id(1), id(2), id(3)],
  nextMemberId: id(5),
  trust: 'lease',
};

// What is written today must be read by every later version: these never change.
const golden: readonly [string, Configuration, string][] = [
  ['empty', EMPTY_CONFIGURATION, '01 00 01 00'],
  ['simple', simple, '01 02 ffffffffffffff0f 02' + '01 00 00 01 61' + 'ac02 01 8001 02 6263'],
  [
    'joint',
    joint,
    '01 01 05 04' + '01 04 7f 01 61' + '02 05 00 01 62' + '03 06 00 01 63' + '04 00 00 01 64',
  ],
];

describe('configuration codec', () => {
  for (const [name, configuration, text] of golden) {
    it(`${name}: has a fixed encoding`, () => {
      assert.equal(hex(encodeConfiguration(configuration)), text.replaceAll(' ', ''));
      assert.deepEqual(decodeConfiguration(fromHex(text)), configuration);
    });

    it(`${name}: is refused when cut anywhere`, () => {
      const bytes = fromHex(text);
      for (let length = 0; length < bytes.length; length += 1) {
        refuses(bytes.subarray(0, length), /is whole/);
      }
    });

    it(`${name}: is refused with anything behind it`, () => {
      refuses(fromHex(`${text}00`), /nothing follows a configuration/);
    });
  }

  it('does not take bytes around the given ones', () => {
    const bytes = fromHex(`ff${golden[2]![2]}ff`);
    assert.deepEqual(decodeConfiguration(bytes.subarray(1, -1)), joint);
  });

  describe('refuses', () => {
    const cases: readonly [string, string, RegExp][] = [
      ['format 0', '00 00 01 00', /format of a configuration is known/],
      ['format 2', '02 00 01 00', /format of a configuration is known/],
      ['unknown trust', '01 03 01 00', /every name of a configuration is known/],
      ['unknown standing', '01 00 02 01 01 03 00 01 61', /every name of a configuration is known/],
      ['unknown flag', '01 00 02 01 01 08 00 01 61', /every name of a configuration is known/],
      ['a number in more bytes than needed', '01 00 8100 00', /no leading zeros/],
      ['a number beyond the safe integers', '01 00 8080808080808010 00', /is a safe integer/],
      ['a number without an end', `01 00 ${'80'.repeat(400)} 00`, /is a safe integer/],
      ['a cluster without a voter', '01 00 02 01 01 01 00 01 61', /a cluster has a voter/],
      ['a member of id 0', '01 00 02 01 00 00 00 01 61', /a positive safe integer/],
      ['a directory beyond ASCII', '01 00 02 01 01 00 00 01 e4', /printable ASCII/],
    ];
    for (const [name, text, message] of cases) {
      it(name, () => refuses(fromHex(text), message));
    }
  });

  it('does not encode an invalid configuration', () => {
    assert.throws(() => encodeConfiguration({ ...simple, nextMemberId: id(300) }), InvariantError);
  });

  it('gives back what it was given', () => {
    fc.assert(
      fc.property(configurations, (configuration) => {
        checkConfiguration(configuration);
        assert.deepEqual(decodeConfiguration(encodeConfiguration(configuration)), configuration);
      }),
    );
  });

  it('knows no second encoding of anything, and fails in no other way than by an invariant', () => {
    fc.assert(
      fc.property(configurations, fc.nat(), fc.nat({ max: 255 }), (configuration, at, byte) => {
        const bytes = encodeConfiguration(configuration);
        bytes[at % bytes.length] = byte;
        let decoded: Configuration;
        try {
          decoded = decodeConfiguration(bytes);
        } catch (error) {
          assert.ok(error instanceof InvariantError);
          return;
        }
        assert.equal(hex(encodeConfiguration(decoded)), hex(bytes));
      }),
      { numRuns: 1_000 },
    );
  });
});

function refuses(bytes: Uint8Array, message: RegExp): void {
  assert.throws(
    () => decodeConfiguration(bytes),
    (error) => error instanceof InvariantError && message.test(error.message),
  );
}

const ids = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.maxSafeNat()).filter((of) => of > 0);
const priorities = fc.oneof(fc.constant(0), fc.nat({ max: 300 }), fc.maxSafeNat());

/** Up to seven members, the first a voter, each outgoing or not; joint only where one is. */
const configurations: fc.Arbitrary<Configuration> = fc
  .record({
    parts: fc.uniqueArray(
      fc.record({
        of: ids.filter((of) => of < Number.MAX_SAFE_INTEGER),
        directory: fc.oneof(fc.uuid(), fc.stringMatching(/^[!-~]{1,64}$/)),
        priority: priorities,
        standing: fc.constantFrom<Member['standing']>('voter', 'learner', 'leaving'),
        outgoing: fc.boolean(),
      }),
      { minLength: 1, maxLength: 7, selector: ({ of }) => of },
    ),
    ahead: fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat()),
    trust: fc.constantFrom<Configuration['trust']>('earlyCampaign', 'lease', 'neither'),
  })
  .filter(({ parts }) => new Set(parts.map((part) => part.directory)).size === parts.length)
  .map(({ parts, ahead, trust }) => {
    const sorted = parts.toSorted((a, b) => a.of - b.of);
    const members = sorted.map(({ of, directory, priority, standing }, at): Member => ({
      id: id(of),
      directory,
      priority,
      standing: at === 0 ? 'voter' : standing,
    }));
    const isOutgoing = (member: MemberId): boolean =>
      sorted.some(
        ({ of, outgoing, standing }) => of === member && (outgoing || standing === 'leaving'),
      );
    return {
      members,
      outgoing: members.map((member) => member.id).filter(isOutgoing),
      nextMemberId: id(Math.min(Number.MAX_SAFE_INTEGER, members.at(-1)!.id + 1 + ahead)),
      trust,
    };
  });
