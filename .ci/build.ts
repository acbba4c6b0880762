/** Compiles what is run in production to dist/, and copies beside it the files that it reads. */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** Paths that the compiler leaves behind: what starts it, the page that browsers read, schemas, the version. */
const FILES = [
  'server/robustmq-meta',
  'operator/robustmq-operator',
  'server/observe/page',
  'proto/meta',
  'proto/robustmq',
  'package.json',
];

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, 'node_modules', '.bin', 'tsc');
const { status } = spawnSync(tsc, ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (status === 0) {
  for (const file of FILES) {
    cpSync(join(root, file), join(dist, file), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    });
  }
} else process.exitCode = 1;
