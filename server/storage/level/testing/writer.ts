/**
 * A process to be killed: appends, truncates and compacts a log without end. Says what it is about to
 * do, and when it is on disk, as lines of JSON: `{try: outline}`, `{done: outline}`.
 *
 * Arguments: data directory, seed.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { StoredLog } from '../../../ports/log-store.ts';
import type { Done } from '../../../ports/outcome.ts';
import { toMemberId, toTerm } from '../../../raft/ids.ts';
import { createLevelStorage } from '../level-storage.ts';
import { completes, entryOf, positionOf, valueOf } from './content.ts';
import { SMALL } from './directory.ts';

// What is killed writes no cache at its end.
flushCompileCache();

const [, , path = '', seed = ''] = process.argv;

/** What a log must be found as. */
interface Outline {
  readonly base: number;
  readonly last: number;
  readonly lastTerm: number;
  readonly vote: number;
}

let random = Number(seed) + 1;
/** A number from 0 to `below - 1` (Park and Miller). */
function draw(below: number): number {
  random = (random * 48_271) % 0x7fff_ffff;
  return random % below;
}

const { log } = createLevelStorage(path, SMALL);
const stored = await valueOf<StoredLog>((done) => log.open(done));
let outline: Outline = {
  base: stored.base.index,
  last: stored.last,
  lastTerm: (stored.terms.at(-1) ?? stored.base).term,
  vote: stored.hardState?.vote ?? 0,
};

async function step(next: Outline, call: (done: Done<void>) => void): Promise<void> {
  writeSync(1, `${JSON.stringify({ try: next })}\n`);
  await completes(call);
  outline = next;
  writeSync(1, `${JSON.stringify({ done: next })}\n`);
}

/** Replaces up to three entries by those of a higher term, or none, and goes on. */
async function append(): Promise<void> {
  const cut = Math.min(draw(4), outline.last - outline.base);
  const first = outline.last - cut + 1;
  const lastTerm = outline.lastTerm + (cut > 0 || draw(8) === 0 ? 1 : 0);
  const data = (index: number): string => `${index} of ${lastTerm} `.repeat(draw(200) + 1);
  const entries = Array.from({ length: draw(5) + 1 }, (_, at) =>
    entryOf(first + at, lastTerm, data(first + at)),
  );
  const vote = outline.vote + 1;
  const next = { ...outline, lastTerm, vote, last: first + entries.length - 1 };
  const hardState = { term: toTerm(lastTerm), vote: toMemberId(vote) };
  await step(next, (done) => log.append({ hardState, entries }, done));
}

/** Forgets everything but the last entry, whose term alone is known for the one before it. */
async function compact(): Promise<void> {
  const through = positionOf(outline.last, outline.lastTerm);
  await step({ ...outline, base: outline.last }, (done) => log.compact(through, done));
}

for (;;) await (draw(12) === 0 ? compact() : append());
