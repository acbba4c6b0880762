import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds what production runs, as `npm run build` does. */
export function buildProgram(): void {
  const script = join(import.meta.dirname, '..', '..', '.ci', 'build.ts');
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the program cannot be built');
}
