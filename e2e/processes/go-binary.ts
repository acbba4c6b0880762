/** Programs in Go that suites and the benchmark need: built from a module of theirs when it changed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MissingToolError } from './missing-tool.ts';

/** A program of the machine, not of a package. */
export const GO = 'go';
const CACHE = join(import.meta.dirname, '..', '..', '.cache', 'go');

/** Says which Go to install. */
export const missingGo = (): MissingToolError =>
  new MissingToolError(
    'Install Go 1.26 or newer (https://go.dev/dl): it builds what is needed here.',
  );

/**
 * Builds `target` of the Go module in the folder `module`, and returns the path of the program. Go
 * keeps what it built, so that this takes a second when nothing changed.
 */
export function buildGoBinary(module: string, target = '.'): string {
  mkdirSync(CACHE, { recursive: true });
  const binary = join(CACHE, basename(module));
  const { error, status } = spawnSync(GO, ['build', '-o', binary, target], {
    cwd: module,
    // CGO would need a C compiler, and nothing here uses C.
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error !== undefined) throw missingGo();
  if (status !== 0) throw new Error(`go build of ${module} failed with status ${status}`);
  return binary;
}
