/**
 * Prints the table of RobustMQ's API that `proto/wire.spec.ts` compares the schemas with. Reads, from
 * standard input, a document that lists one proto file a chapter:
 *
 *   ## meta/kafka.proto
 *   Package `meta.service.kafka`, …
 *   ### Service `KafkaService` …
 *   | ListKafkaQuota | unary or server-stream | ListKafkaQuotaRequest | ListKafkaQuotaReply |
 *   Name { 1 field: type; 2 field: repeated type; oneof name → 3 field: type }
 *   Empty messages (no fields): `Name`, `Name`.
 *   ### Enum `Name`
 *   0 Value, 1 Value
 *
 * Usage: node proto/testing/wire-table.ts < document.md > proto/testdata/robustmq-0.4.11.json
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { WireEnum, WireField, WireFile, WireMessage, WireRpc } from './wire-file.ts';

function firstMatch(text: string, pattern: RegExp, what: string): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`No ${what} in the chapter: ${text.slice(0, 80)}`);
  return found;
}

/** `6 expected_offset: optional uint64 [gte=0]`, perhaps after `oneof detail → `. */
function readField(text: string): WireField {
  const parts =
    /^(?:oneof (\w+) → )?(\d+) (\w+): (?:(repeated|optional) )?(\w+)(?: \[[^\]]*\])?$/.exec(text);
  const [, oneof, number, name, label, type] = parts ?? [];
  if (number === undefined || name === undefined || type === undefined) {
    throw new Error(`Not a field: ${text}`);
  }
  return `${oneof === undefined ? '' : `oneof ${oneof} `}${label === undefined ? '' : `${label} `}${type} ${name} = ${number}`;
}

function readMessages(chapter: string): Record<string, WireMessage> {
  const written = [...chapter.matchAll(/^(\w+) \{ (.*) \}/gm)].map(([, name, fields]) => [
    String(name),
    String(fields).split('; ').map(readField),
  ]);
  const empty = firstMatch(chapter, /^Empty messages \(no fields\): (.*)\.$/m, 'empty messages')
    .replaceAll(/\([^)]*\)/g, '')
    .matchAll(/\w+/g);
  return Object.fromEntries([...written, ...[...empty].map(([name]) => [name, []])]) as Record<
    string,
    WireMessage
  >;
}

function readEnums(chapter: string): Record<string, WireEnum> {
  const enums = [...chapter.matchAll(/^### Enum `(\w+)`\n\n(.*)$/gm)];
  return Object.fromEntries(
    enums.map(([, name, values]) => [
      String(name),
      String(values)
        .split(', ')
        .map((value) => {
          const [number, label] = value.split(' ');
          return `${String(label)} = ${String(number)}`;
        }),
    ]),
  );
}

function readRpcs(chapter: string): WireRpc[] {
  const rows = [...chapter.matchAll(/^\| (\w+) \| (unary|server-stream) \| (\w+) \| (\w+) \|$/gm)];
  return rows.map(
    ([, name, kind, request, reply]) =>
      `${String(name)}(${String(request)}) returns (${kind === 'unary' ? '' : 'stream '}${String(reply)})`,
  );
}

const readFile = (chapter: string): WireFile => ({
  path: firstMatch(chapter, /^(\S+\.proto)\n/, 'path'),
  package: firstMatch(chapter, /^Package `([\w.]+)`/m, 'package'),
  service: firstMatch(chapter, /^### Service `(\w+)`/m, 'service'),
  rpcs: readRpcs(chapter),
  messages: readMessages(chapter),
  enums: readEnums(chapter),
});

const chapters = readFileSync(0, 'utf8')
  .split(/^## /m)
  .filter((chapter) => /^\S+\.proto\n/.test(chapter));
process.stdout.write(`${JSON.stringify(chapters.map(readFile), null, 1)}\n`);
