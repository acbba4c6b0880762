/*
 * Runs every file of testdata/ and compares it with what is recorded there. After a wanted change of
 * behaviour, `npm run test:transcripts:update` (UPDATE_TRANSCRIPTS=1) records it anew; read the
 * difference before committing it: it is a review of the core.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rerun } from './testing/transcript.ts';

const folder = join(import.meta.dirname, 'testdata');

const DEMANDED = [
  'election.txt',
  'failed-disk.txt',
  'figure-7.txt',
  'figure-8.txt',
  'figure-8e.txt',
  'joint-change.txt',
  'learner.txt',
  'lost-sight.txt',
  'pre-vote-after-partition.txt',
  'read-index.txt',
  'readd-wiped.txt',
  'remove-leader.txt',
  'snapshot.txt',
  'split-vote.txt',
  'transfer.txt',
];

describe('transcripts', () => {
  for (const file of readdirSync(folder).sort()) {
    const path = join(folder, file);
    it(file, () => {
      const recorded = readFileSync(path, 'utf8');
      const output = rerun(recorded);
      if (process.env['UPDATE_TRANSCRIPTS'] === '1') writeFileSync(path, output);
      else assert.equal(output, recorded);
    });
  }

  it('are all those that are demanded', () => {
    assert.deepEqual(
      DEMANDED.filter((file) => !existsSync(join(folder, file))),
      [],
    );
  });

  it('each begins with what to look at', () => {
    for (const file of readdirSync(folder))
      assert.ok(readFileSync(join(folder, file), 'utf8').startsWith('# '), file);
  });
});
