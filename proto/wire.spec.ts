/**
 * RobustMQ's schemas say what v0.4.11 says on the wire. `testdata` is the table of that API; how it
 * was made: `testing/wire-table.ts`.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiledFiles } from './testing/image.ts';
import type { WireFile } from './testing/wire-file.ts';

const expected = JSON.parse(
  readFileSync(join(import.meta.dirname, 'testdata', 'robustmq-0.4.11.json'), 'utf8'),
) as readonly WireFile[];

const numberOf = (field: string): number => Number(field.slice(field.lastIndexOf(' ')));

const byNumber = (messages: WireFile['messages']): WireFile['messages'] =>
  Object.fromEntries(
    Object.entries(messages).map(([name, fields]) => [
      name,
      fields.toSorted((a, b) => numberOf(a) - numberOf(b)),
    ]),
  );

describe('proto/meta and proto/broker', () => {
  let actual: ReadonlyMap<string, WireFile>;

  before(() => {
    actual = new Map(compiledFiles(['meta', 'broker']).map((file) => [file.path, file]));
  });

  it('are these files', () => {
    assert.deepEqual([...actual.keys()], expected.map(({ path }) => path).toSorted());
  });

  for (const file of expected) {
    it(`${file.path}: package, service, rpcs, messages, fields, enums`, () => {
      // The original writes fields by their numbers, and generated code as they are declared here.
      assert.deepEqual(actual.get(file.path), { ...file, messages: byNumber(file.messages) });
    });
  }

  it('have 115 rpcs and 251 messages', () => {
    const files = [...actual.values()];
    assert.equal(files.flatMap(({ rpcs }) => rpcs).length, 115);
    assert.equal(files.flatMap(({ messages }) => Object.keys(messages)).length, 251);
  });
});
