/** What was measured, kept beside the code. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file for each subject of a day: they take long, and may be measured one at a time. */
export function keepResult(name: string, about: string, report: string): void {
  const day = new Date().toISOString().slice(0, 10);
  const directory = join(import.meta.dirname, 'results', day);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${name}.md`), `# ${day}: ${about}\n\n${report}\n`);
}
