/** Generates the code of proto/ once more, elsewhere, and names every file that differs. Exit status 1 if any does. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const proto = join(import.meta.dirname, '..', 'proto');
const fresh = mkdtempSync(join(tmpdir(), 'robustmq-meta-generated-'));

const filesOf = (directory: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(directory.length + 1), readFileSync(path, 'utf8')];
      }),
  );

try {
  const buf = join(proto, '..', 'node_modules', '.bin', 'buf');
  const { status, stderr } = spawnSync(buf, ['generate', '--output', fresh], {
    cwd: proto,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`buf generate failed: ${stderr}`);
  const committed = filesOf(join(proto, 'gen'));
  const generated = filesOf(join(fresh, 'gen'));
  const drifted = [...new Set([...committed.keys(), ...generated.keys()])].filter(
    (file) => committed.get(file) !== generated.get(file),
  );
  for (const file of drifted) console.error(`proto/gen/${file} differs: npm run generate`);
  process.exitCode = drifted.length > 0 ? 1 : 0;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
