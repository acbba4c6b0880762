import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createBar } from './progress-bar.ts';

/** What a bar puts on stderr that is shown at half and at the end. */
async function shown(given: { readonly isTTY: boolean; readonly json: boolean }): Promise<string> {
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const io = { isTTY: given.isTTY, stderr };
  const bar = createBar({ io, json: given.json }, '{value} of {total} {what} {percentage} %');
  bar.show(5, 10, { what: 'rows' });
  bar.end();
  stderr.end();
  return text(stderr);
}

describe('A progress bar', () => {
  it('tells a person how far it is', async () => {
    assert.match(await shown({ isTTY: true, json: false }), /5 of 10 rows 50 %/);
  });

  it('says nothing to a program', async () => {
    assert.equal(await shown({ isTTY: false, json: false }), '');
    assert.equal(await shown({ isTTY: true, json: true }), '');
  });
});
