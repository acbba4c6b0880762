/** Raft messages in the layout of `robustmq.raft.v1.Message`. */
import type { Entry, EntryKind } from '../../raft/entry.ts';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { Index, LogPosition } from '../../raft/ids.ts';
import {
  decodeConfiguration,
  encodeConfiguration,
} from '../../raft/membership/configuration-codec.ts';
import type { Append, HeartbeatReply, Message, Snapshot } from '../../raft/message.ts';
import { CodecError } from './codec-error.ts';
import type { WireReader } from './wire-reader.ts';
import { NO_PIECES, readFields } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';
import {
  NUMBER_BYTES_MAX,
  OPEN_BYTES,
  close,
  open,
  writeBytes,
  writeNumber,
} from './wire-writer.ts';

const FIELDS = {
  preVote: 4,
  preVoteReply: 5,
  vote: 6,
  voteReply: 7,
  append: 8,
  committed: 9,
  appendAccepted: 10,
  appendRejected: 11,
  heartbeat: 12,
  heartbeatReply: 13,
  snapshot: 14,
  timeoutNow: 15,
  readRequest: 16,
  readReply: 17,
  removed: 18,
  resigned: 19,
} as const satisfies Record<Message['kind'], number>;

const KIND_OF_FIELD: ReadonlyMap<number, Message['kind']> = new Map(
  Object.entries(FIELDS).map(([kind, field]) => [field, kind as Message['kind']]),
);

const ENTRY_KINDS = { noop: 1, command: 2, configuration: 3 } as const satisfies Record<
  EntryKind,
  number
>;
const KIND_OF_ENTRY: readonly (EntryKind | undefined)[] = [
  undefined,
  'noop',
  'command',
  'configuration',
];

const APPEND_ENTRIES = 4;
const ENTRY_DATA = 3;
const SNAPSHOT_CONFIGURATION = 3;
const SNAPSHOT_HASH = 5;
const REPLY_HASH = 6;

// Tags, three numbers of the header, up to five of the kind and a hash, with room to spare.
const FLAT_BYTES_MAX = 2 * OPEN_BYTES + 10 * (2 + NUMBER_BYTES_MAX);
const ENTRY_BYTES_MAX = OPEN_BYTES + 4 * (1 + NUMBER_BYTES_MAX);

/** An upper bound of the bytes `writeMessage` writes; what a message counts for in a queue. */
export function messageBytesMax(message: Message): number {
  switch (message.kind) {
    case 'append': {
      let bytes = FLAT_BYTES_MAX;
      for (const { data } of message.entries) bytes += ENTRY_BYTES_MAX + data.length;
      return bytes;
    }
    case 'snapshot':
      return FLAT_BYTES_MAX + encodeConfiguration(message.snapshot.configuration).length;
    case 'preVote':
    case 'preVoteReply':
    case 'vote':
    case 'voteReply':
    case 'committed':
    case 'appendAccepted':
    case 'appendRejected':
    case 'heartbeat':
    case 'heartbeatReply':
    case 'timeoutNow':
    case 'resigned':
    case 'readRequest':
    case 'readReply':
    case 'removed':
      return FLAT_BYTES_MAX;
  }
}

/** The fields of a `Message`. Its bytes are copied once, into the writer. */
export function writeMessage(writer: WireWriter, message: Message): void {
  writeNumber(writer, 1, message.from);
  writeNumber(writer, 2, message.to);
  writeNumber(writer, 3, message.term);
  const opened = open(writer, FIELDS[message.kind]);
  writeKind(writer, message);
  close(writer, opened);
}

function writeKind(writer: WireWriter, message: Message): void {
  switch (message.kind) {
    case 'preVote': {
      writePosition(writer, message.last, 1);
      return;
    }
    case 'vote':
      writePosition(writer, message.last, 1);
      {
        writeNumber(writer, 3, Number(message.transfer));
        return;
      }
    case 'preVoteReply':
    case 'voteReply': {
      writeNumber(writer, 1, Number(message.granted));
      return;
    }
    case 'append': {
      writeAppend(writer, message);
      return;
    }
    case 'committed': {
      writePosition(writer, message.commit, 1);
      return;
    }
    case 'appendAccepted': {
      writeNumber(writer, 1, message.match);
      return;
    }
    case 'appendRejected':
      writeNumber(writer, 1, message.previous);
      writePosition(writer, message.hint, 2);
      {
        writeNumber(writer, 4, message.last);
        return;
      }
    case 'heartbeat':
      writeNumber(writer, 1, message.round);
      {
        writePosition(writer, message.commit, 2);
        return;
      }
    case 'heartbeatReply':
      writeHeartbeatReply(writer, message);
      return;
    case 'snapshot': {
      writeSnapshot(writer, message);
      return;
    }
    case 'readRequest': {
      writeNumber(writer, 1, message.context);
      return;
    }
    case 'readReply':
      writeNumber(writer, 1, message.context);
      {
        writeNumber(writer, 2, message.index);
        return;
      }
    case 'timeoutNow':
    case 'resigned':
    case 'removed':
      return;
  }
}

/** `first` is the field of the index; the term's comes next. */
function writePosition(writer: WireWriter, { index, term }: LogPosition, first: number): void {
  writeNumber(writer, first, index);
  writeNumber(writer, first + 1, term);
}

function writeAppend(writer: WireWriter, { previous, commit, entries, term }: Append): void {
  writePosition(writer, previous, 1);
  writeNumber(writer, 3, commit);
  for (const entry of entries) {
    const opened = open(writer, APPEND_ENTRIES);
    // Most entries are of the leader's own term: 0 says so in no byte.
    writeNumber(writer, 1, entry.term === term ? 0 : entry.term);
    writeNumber(writer, 2, ENTRY_KINDS[entry.kind]);
    if (entry.data.length > 0) writeBytes(writer, ENTRY_DATA, entry.data);
    close(writer, opened);
  }
}

function writeHeartbeatReply(writer: WireWriter, message: HeartbeatReply): void {
  const { round, lease, last, spaceLow, state } = message;
  writeNumber(writer, 1, round);
  writeNumber(writer, 2, Number(lease));
  writeNumber(writer, 3, last);
  writeNumber(writer, 4, Number(spaceLow));
  if (state === undefined) return;
  writeNumber(writer, 5, state.index);
  writeHash(writer, REPLY_HASH, state.hash);
}

function writeSnapshot(writer: WireWriter, { snapshot, hash, rebuild }: Snapshot): void {
  writePosition(writer, snapshot, 1);
  writeBytes(writer, SNAPSHOT_CONFIGURATION, encodeConfiguration(snapshot.configuration));
  writeNumber(writer, 4, snapshot.configurationIndex);
  writeHash(writer, SNAPSHOT_HASH, hash);
  writeNumber(writer, 6, Number(rebuild === true));
}

function writeHash(writer: WireWriter, field: number, hash: string | undefined): void {
  if (hash !== undefined) writeBytes(writer, field, Buffer.from(hash, 'hex'));
}

/** Undefined where no hash is. */
const readHash = ({ buffer }: WireReader, start: number, stop: number): string | undefined =>
  stop > start ? buffer.toString('hex', start, stop) : undefined;

/**
 * The `Message` between `reader.at` and `end`; entries' data are views of the reader's buffer.
 * Undefined when it is of a kind that a newer version sends. Throws `CodecError`.
 */
export function readMessage(reader: WireReader, end: number): Message | undefined {
  const numbers = [0, 0, 0, 0];
  let kind: Message['kind'] | undefined;
  let from = 0;
  let to = 0;
  readFields(reader, end, {
    numbers,
    piece: (field, start, stop) => {
      kind = KIND_OF_FIELD.get(field) ?? kind;
      from = start;
      to = stop;
    },
  });
  if (kind === undefined) return undefined;
  if (numbers[1] === 0 || numbers[2] === 0)
    throw new CodecError('malformed', 'a message names no sender or no receiver');
  const header = {
    from: toMemberId(numbers[1] ?? 0),
    to: toMemberId(numbers[2] ?? 0),
    term: toTerm(numbers[3] ?? 0),
  };
  return readKind({ buffer: reader.buffer, at: from }, to, kind, header);
}

type Header = Pick<Message, 'from' | 'to' | 'term'>;

function readKind(
  reader: WireReader,
  end: number,
  kind: Message['kind'],
  header: Header,
): Message | undefined {
  if (kind === 'append') return readAppend(reader, end, header);
  if (kind === 'snapshot') return readSnapshot(reader, end, header);
  if (kind === 'heartbeatReply') return readHeartbeatReply(reader, end, header);
  const numbers = [0, 0, 0, 0, 0];
  readFields(reader, end, { numbers, piece: NO_PIECES });
  const [, one = 0, two = 0, three = 0, four = 0] = numbers;
  switch (kind) {
    case 'preVote':
      return { kind, ...header, last: position(one, two) };
    case 'vote':
      return { kind, ...header, last: position(one, two), transfer: three !== 0 };
    case 'preVoteReply':
    case 'voteReply':
      return { kind, ...header, granted: one !== 0 };
    case 'committed':
      return { kind, ...header, commit: position(one, two) };
    case 'appendAccepted':
      return { kind, ...header, match: toIndex(one) };
    case 'appendRejected': {
      const hint = position(two, three);
      return { kind, ...header, previous: toIndex(one), hint, last: toIndex(four) };
    }
    case 'heartbeat':
      return { kind, ...header, round: one, commit: position(two, three) };
    case 'readRequest':
      return { kind, ...header, context: one };
    case 'readReply':
      return { kind, ...header, context: one, index: toIndex(two) };
    case 'timeoutNow':
    case 'resigned':
    case 'removed':
      return { kind, ...header };
  }
}

const position = (index: number, term: number): LogPosition => ({
  index: toIndex(index),
  term: toTerm(term),
});

function readAppend(reader: WireReader, end: number, header: Header): Append | undefined {
  const numbers = [0, 0, 0, 0];
  const places: number[] = [];
  readFields(reader, end, {
    numbers,
    piece: (field, start, stop) => {
      if (field === APPEND_ENTRIES) places.push(start, stop);
    },
  });
  const [, index = 0, term = 0, commit = 0] = numbers;
  const entries: Entry[] = [];
  for (let at = 0; at < places.length; at += 2) {
    const place = { buffer: reader.buffer, at: places[at] ?? 0 };
    const next = toIndex(index + 1 + entries.length);
    const entry = readEntry(place, places[at + 1] ?? 0, next, header);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  const previous = position(index, term);
  return { kind: 'append', ...header, previous, entries, commit: toIndex(commit) };
}

function readEntry(
  reader: WireReader,
  end: number,
  index: Index,
  header: Header,
): Entry | undefined {
  const numbers = [0, 0, 0];
  let data = reader.buffer.subarray(0, 0);
  readFields(reader, end, {
    numbers,
    piece: (field, start, stop) => {
      if (field === ENTRY_DATA) data = reader.buffer.subarray(start, stop);
    },
  });
  const [, term = 0, code = 0] = numbers;
  const kind = KIND_OF_ENTRY[code];
  if (kind === undefined) return undefined;
  return { index, term: term === 0 ? header.term : toTerm(term), kind, data };
}

function readHeartbeatReply(reader: WireReader, end: number, header: Header): HeartbeatReply {
  const numbers = [0, 0, 0, 0, 0, 0];
  let hash: string | undefined;
  readFields(reader, end, {
    numbers,
    piece: (field, start, stop) => {
      if (field === REPLY_HASH) hash = readHash(reader, start, stop);
    },
  });
  const [, round = 0, lease = 0, last = 0, spaceLow = 0, index = 0] = numbers;
  return {
    kind: 'heartbeatReply',
    ...header,
    round,
    lease: lease !== 0,
    last: toIndex(last),
    spaceLow: spaceLow !== 0,
    ...(index === 0 ? {} : { state: { index: toIndex(index), hash } }),
  };
}

function readSnapshot(reader: WireReader, end: number, header: Header): Snapshot {
  const numbers = [0, 0, 0, 0, 0, 0, 0];
  let hash: string | undefined;
  let bytes = reader.buffer.subarray(0, 0);
  readFields(reader, end, {
    numbers,
    piece: (field, start, stop) => {
      if (field === SNAPSHOT_CONFIGURATION) bytes = reader.buffer.subarray(start, stop);
      if (field === SNAPSHOT_HASH) hash = readHash(reader, start, stop);
    },
  });
  const [, index = 0, term = 0, , configurationIndex = 0, , rebuild = 0] = numbers;
  const snapshot = {
    ...position(index, term),
    configuration: readConfiguration(bytes),
    configurationIndex: toIndex(configurationIndex),
  };
  return {
    kind: 'snapshot',
    ...header,
    snapshot,
    ...(hash === undefined ? {} : { hash }),
    ...(rebuild === 0 ? {} : { rebuild: true }),
  };
}

function readConfiguration(bytes: Uint8Array): Snapshot['snapshot']['configuration'] {
  try {
    return decodeConfiguration(bytes);
  } catch (cause) {
    throw new CodecError('malformed', 'a configuration cannot be read', { cause });
  }
}
