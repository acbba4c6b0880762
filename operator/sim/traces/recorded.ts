/** What the resource became on real clusters: a file for each journey, a posture on each line. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(import.meta.dirname, '..', 'testdata', 'journeys');

/** In place of what was kept of that journey before. */
export function keepPostures(journey: string, postures: readonly string[]): void {
  mkdirSync(DIRECTORY, { recursive: true });
  const name = journey.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  writeFileSync(join(DIRECTORY, `${name}.txt`), `${postures.join('\n')}\n`);
}

/** Of all journeys, by name of the file. */
export const keptPostures = (): ReadonlyMap<string, readonly string[]> =>
  new Map(
    readdirSync(DIRECTORY).map((file) => [
      file.replace('.txt', ''),
      readFileSync(join(DIRECTORY, file), 'utf8').trimEnd().split('\n'),
    ]),
  );
