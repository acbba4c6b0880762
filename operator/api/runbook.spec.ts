import { deepStrictEqual, match, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REASONS } from './condition.ts';

const FILE = join(import.meta.dirname, '..', '..', 'docs', 'runbook.md');

/** `### Reason`, and what follows until the next heading. */
const entries = readFileSync(FILE, 'utf8')
  .split(/^#+ /m)
  .map((section) => ({ title: section.split('\n')[0] ?? '', text: section }))
  .filter(({ text }) => text.includes('**Means:**'));

const paragraph = (text: string, name: string): string =>
  new RegExp(String.raw`^\*\*${name}:\*\* (.+)$`, 'm').exec(text)?.[1] ?? '';

describe('the runbook', () => {
  it('has an entry for each reason, and for nothing else', () => {
    deepStrictEqual(entries.map(({ title }) => title).sort(), Object.keys(REASONS).sort());
  });

  for (const [reason, advice] of Object.entries(REASONS)) {
    it(`says of ${reason} what it means, what the operator does, and what a person does`, () => {
      const { text = '' } = entries.find(({ title }) => title === reason) ?? {};
      for (const name of ['Means', 'Operator']) ok(paragraph(text, name) !== '', name);
      const you = paragraph(text, 'You');
      ok(you.startsWith(advice), `"${you}" does not begin with "${advice}"`);
      match(text, /^```sh\nkubectl [^`]+```$/m);
    });
  }
});
