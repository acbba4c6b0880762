/** Programs in Go that the benchmark needs: built from a module beside this file when they changed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A program of the machine, not of a package. */
const GO = 'go';
const CACHE = join(import.meta.dirname, '..', '..', '.cache', 'bench');

export class MissingGoError extends Error {
  override readonly name = 'MissingGoError';
}

/**
 * Builds `target` of the Go module in the folder `module`, and returns the path of the program. Go
 * keeps what it built, so that this takes a second when nothing changed.
 */
export function buildGoBinary(module: string, target: string): string {
  mkdirSync(CACHE, { recursive: true });
  const binary = join(CACHE, module);
  const { error, status } = spawnSync(GO, ['build', '-o', binary, target], {
    cwd: join(import.meta.dirname, module),
    // CGO would need a C compiler, and nothing here uses C.
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error !== undefined) {
    throw new MissingGoError('Install Go 1.26 or newer (https://go.dev/dl) to run the benchmark.');
  }
  if (status !== 0) throw new Error(`go build of ${module} failed with status ${status}`);
  return binary;
}
