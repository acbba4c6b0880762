/**
 * A command as bytes. One command, one encoding.
 *
 *   byte      format, 1
 *   byte      tag of its kind
 *   number    time when it was proposed, Unix ms
 *   byte      1 if it is numbered by a client, else 0; if so:
 *     text    client
 *     number  id, from 1
 *   …         what its kind needs, below
 */
import { createReader, endOf, readByte, readNumber, readRest, readText } from './byte-reader.ts';
import type { Reader } from './byte-reader.ts';
import {
  createWriter,
  writeByte,
  writeBytes,
  writeNumber,
  writeText,
  written,
} from './byte-writer.ts';
import type { Writer } from './byte-writer.ts';
import type { Command, Proposed, Request } from './command.ts';
import { COMMAND_KINDS } from './command-kinds.ts';
import type { CommandKind } from './command-kinds.ts';
import { Malformed, UnknownCommand } from './errors.ts';

const FORMAT = 1;
const WHAT = 'command';
/** Room for the head of most commands. */
const HEAD_BYTES = 24;

/** Longest name of a client, in bytes of UTF-8. */
export const CLIENT_NAME_BYTES_MAX = 128;
/** What the count of its bytes takes at that length. */
const COUNT_BYTES = 2;

/** The bytes of a command. Copies a value once. Throws RangeError for numbers that cannot be counted. */
export function encodeCommand(command: Command): Uint8Array {
  const writer = createWriter(HEAD_BYTES + payloadRoom(command));
  writeByte(writer, FORMAT);
  writeByte(writer, COMMAND_KINDS[command.kind].tag);
  writeNumber(writer, command.timeMs);
  writeRequest(writer, command.request);
  writePayload(writer, command);
  return written(writer);
}

/**
 * The command of these bytes; a value in it is a view of them. Throws {@link UnknownCommand} for what
 * a newer version wrote, {@link Malformed} for what nobody did.
 */
export function decodeCommand(bytes: Uint8Array): Command {
  const reader = createReader(bytes, WHAT);
  const format = readByte(reader);
  if (format !== FORMAT) throw new UnknownCommand(`format ${format}`);
  const tag = readByte(reader);
  const kind = kinds.get(tag);
  if (kind === undefined) throw new UnknownCommand(`kind ${tag}`);
  const timeMs = readNumber(reader);
  const request = readRequest(reader);
  const proposed: Proposed = request === undefined ? { timeMs } : { timeMs, request };
  return readPayload(reader, kind, proposed);
}

const kinds: ReadonlyMap<number, CommandKind> = new Map(
  (Object.keys(COMMAND_KINDS) as CommandKind[]).map((kind) => [COMMAND_KINDS[kind].tag, kind]),
);

/** An estimate: the writer makes more room when it must. */
function payloadRoom(command: Command): number {
  switch (command.kind) {
    case 'kvSet':
      return command.key.length + command.value.length;
    case 'kvDelete':
      return command.key.length;
    case 'check':
      return 0;
    case 'change':
      return command.operation.length + 1 + command.args.length;
    case 'announce':
    case 'raiseVersion':
    case 'raiseEpochs':
      return 128;
  }
}

function writePayload(writer: Writer, command: Command): void {
  switch (command.kind) {
    case 'kvSet':
      writeText(writer, command.key);
      writeBytes(writer, command.value);
      return;
    case 'kvDelete':
      writeText(writer, command.key);
      return;
    case 'announce': {
      const { directory, peerAddress, clientAddress, commandVersionMax } = command.announcement;
      writeText(writer, directory);
      writeText(writer, peerAddress);
      writeText(writer, clientAddress);
      writeNumber(writer, commandVersionMax);
      return;
    }
    case 'raiseVersion':
      writeNumber(writer, command.version);
      writeNumber(writer, command.directories.length);
      for (const directory of command.directories) writeText(writer, directory);
      return;
    case 'raiseEpochs':
      writeNumber(writer, command.by);
      writeText(writer, command.cluster);
      writeText(writer, command.incident);
      return;
    case 'check':
      return;
    case 'change':
      writeText(writer, command.operation);
      writeBytes(writer, command.args);
      return;
  }
}

function readPayload(reader: Reader, kind: CommandKind, proposed: Proposed): Command {
  switch (kind) {
    case 'kvSet':
      return { kind, ...proposed, key: readKey(reader), value: readRest(reader) };
    case 'kvDelete':
      return finish(reader, { kind, ...proposed, key: readKey(reader) });
    case 'announce': {
      const announcement = {
        directory: readKey(reader),
        peerAddress: readText(reader),
        clientAddress: readText(reader),
        commandVersionMax: readNumber(reader),
      };
      return finish(reader, { kind, ...proposed, announcement });
    }
    case 'raiseVersion': {
      const version = readNumber(reader);
      const directories: string[] = [];
      for (let missing = readNumber(reader); missing > 0; missing -= 1) {
        directories.push(readKey(reader));
      }
      return finish(reader, { kind, ...proposed, version, directories });
    }
    case 'raiseEpochs': {
      const by = readNumber(reader);
      const cluster = readKey(reader);
      return finish(reader, { kind, ...proposed, by, cluster, incident: readText(reader) });
    }
    case 'check':
      return finish(reader, { kind, ...proposed });
    case 'change':
      return { kind, ...proposed, operation: readKey(reader), args: readRest(reader) };
  }
}

function finish<Whole extends Command>(reader: Reader, command: Whole): Whole {
  endOf(reader);
  return command;
}

/** What names a row is never empty. */
function readKey(reader: Reader): string {
  const key = readText(reader);
  if (key === '') throw new Malformed(WHAT, 'an empty key');
  return key;
}

function writeRequest(writer: Writer, request: Request | undefined): void {
  writeByte(writer, request === undefined ? 0 : 1);
  if (request === undefined) return;
  writeText(writer, request.client);
  writeNumber(writer, request.id);
}

function readRequest(reader: Reader): Request | undefined {
  const flag = readByte(reader);
  if (flag === 0) return undefined;
  if (flag !== 1) throw new Malformed(WHAT, `flags ${flag}`);
  const begin = reader.at;
  const client = readKey(reader);
  if (reader.at - begin > CLIENT_NAME_BYTES_MAX + COUNT_BYTES) {
    throw new Malformed(WHAT, "a client's name is too long");
  }
  const id = readNumber(reader);
  if (id === 0) throw new Malformed(WHAT, 'request 0');
  return { client, id };
}
