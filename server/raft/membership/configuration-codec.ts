/**
 * A configuration as bytes, for log entries and snapshots. One configuration, one encoding.
 *
 *   byte      format version, 1
 *   byte      trust: 0 earlyCampaign, 1 lease, 2 neither
 *   number    next member id
 *   number    count of members; then of each:
 *     number    id
 *     byte      standing: 0 voter, 1 learner, 2 leaving; plus 4 for an outgoing voter
 *     number    priority
 *     byte      length of the directory, then as many bytes of ASCII
 *
 * A number has seven bits in each byte, lowest first, and the top bit set in all but the last
 * (LEB128), in as few bytes as it takes.
 */
import type { Configuration, Member, Standing, TimingTrust } from './configuration.ts';
import { checkConfiguration } from './configuration.ts';
import { toMemberId } from '../ids.ts';
import type { MemberId } from '../ids.ts';
import { invariant } from '../invariant.ts';

const FORMAT_VERSION = 1;
const OUTGOING = 4;

// The place of a name is its number in the format: append only.
const TRUSTS: readonly TimingTrust[] = ['earlyCampaign', 'lease', 'neither'];
const STANDINGS: readonly Standing[] = ['voter', 'learner', 'leaving'];

/** The bytes of a valid configuration. */
export function encodeConfiguration(configuration: Configuration): Uint8Array {
  checkConfiguration(configuration);
  const bytes = [FORMAT_VERSION, TRUSTS.indexOf(configuration.trust)];
  writeNumber(bytes, configuration.nextMemberId);
  writeNumber(bytes, configuration.members.length);
  for (const { id, standing, priority, directory } of configuration.members) {
    writeNumber(bytes, id);
    const outgoing = configuration.outgoing.includes(id);
    bytes.push(STANDINGS.indexOf(standing) + (outgoing ? OUTGOING : 0));
    writeNumber(bytes, priority);
    bytes.push(directory.length);
    for (let at = 0; at < directory.length; at += 1) bytes.push(directory.charCodeAt(at));
  }
  return Uint8Array.from(bytes);
}

/** The configuration of these bytes; an `InvariantError` unless they encode exactly one, a valid one. */
export function decodeConfiguration(bytes: Uint8Array): Configuration {
  const reader: Reader = { bytes, offset: 0 };
  const version = readByte(reader);
  invariant(version === FORMAT_VERSION, 'the format of a configuration is known', { version });
  const trust = readName(TRUSTS, readByte(reader));
  const nextMemberId = toMemberId(readNumber(reader));
  const members: Member[] = [];
  const outgoing: MemberId[] = [];
  for (let missing = readNumber(reader); missing > 0; missing -= 1) {
    const id = toMemberId(readNumber(reader));
    const flags = readByte(reader);
    if (flags >= OUTGOING) outgoing.push(id);
    const standing = readName(STANDINGS, flags >= OUTGOING ? flags - OUTGOING : flags);
    const priority = readNumber(reader);
    members.push({ id, directory: readAscii(reader), priority, standing });
  }
  invariant(reader.offset === bytes.length, 'nothing follows a configuration', {
    offset: reader.offset,
    length: bytes.length,
  });
  const configuration = { members, outgoing, nextMemberId, trust };
  checkConfiguration(configuration);
  return configuration;
}

interface Reader {
  readonly bytes: Uint8Array;
  offset: number;
}

// Division instead of shifts: those would cut a safe integer to 32 bits.
function writeNumber(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  bytes.push(rest);
}

function readNumber(reader: Reader): number {
  let value = 0;
  let unit = 1;
  for (;;) {
    const byte = readByte(reader);
    value += (byte % 0x80) * unit;
    invariant(Number.isSafeInteger(value), 'an encoded number is a safe integer', { value });
    if (byte < 0x80) {
      invariant(byte > 0 || unit === 1, 'a number has no leading zeros', { value });
      return value;
    }
    unit *= 0x80;
  }
}

function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.offset];
  invariant(byte !== undefined, 'a configuration is whole', { length: reader.bytes.length });
  reader.offset += 1;
  return byte;
}

function readAscii(reader: Reader): string {
  let text = '';
  for (let missing = readByte(reader); missing > 0; missing -= 1) {
    text += String.fromCharCode(readByte(reader));
  }
  return text;
}

function readName<Name extends string>(names: readonly Name[], place: number): Name {
  const name = names[place];
  invariant(name !== undefined, 'every name of a configuration is known', { names, place });
  return name;
}
