/**
 * Runs every static check at once and prints one line for each, then the output of those that
 * failed. Writes no file. Exit status 1 if any check failed.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

interface Check {
  readonly name: string;
  readonly holds: string;
  readonly command: readonly [bin: string, ...args: string[]];
}

interface Outcome {
  readonly passed: boolean;
  readonly output: string;
  readonly durationMs: number;
}

const checks: readonly Check[] = [
  { name: 'prettier', holds: 'layout', command: ['prettier', '--check', '.'] },
  { name: 'tsc', holds: 'types', command: ['tsc', '--noEmit', '--pretty', 'false'] },
  { name: 'eslint', holds: 'rules, purity', command: ['eslint', '--max-warnings', '0', '.'] },
  { name: 'depcruise', holds: 'boundaries', command: ['depcruise', '.'] },
  { name: 'knip', holds: 'dead code', command: ['knip', '--no-config-hints', '--no-progress'] },
  { name: 'generated', holds: 'no drift of proto/gen', command: ['node', '.ci/generated.ts'] },
  {
    name: 'crd-types',
    holds: 'no drift of operator/api/gen',
    command: ['node', '.ci/crd-types.ts', '--check'],
  },
  {
    name: 'chart',
    holds: 'no drift of charts',
    command: ['node', '.ci/chart.ts', '--check'],
  },
  {
    name: 'rpc-page',
    holds: 'no drift of docs/rpcs.md',
    command: ['node', '.ci/rpc-page.ts', '--check'],
  },
  { name: 'buf', holds: 'schemas', command: ['buf', 'lint', 'proto'] },
];

const root = join(import.meta.dirname, '..');

function run([bin, ...args]: Check['command']): Promise<Outcome> {
  const startedMs = performance.now();
  const chunks: Buffer[] = [];
  const child = spawn(join(root, 'node_modules', '.bin', bin), args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const settle = (passed: boolean, output: string): void => {
      resolve({ passed, output, durationMs: performance.now() - startedMs });
    };
    child.on('error', (error) => settle(false, error.message));
    child.on('close', (code) => settle(code === 0, Buffer.concat(chunks).toString()));
  });
}

async function report(check: Check): Promise<Outcome> {
  const outcome = await run(check.command);
  const mark = outcome.passed ? 'ok    ' : 'FAILED';
  const seconds = (outcome.durationMs / 1000).toFixed(1).padStart(5);
  console.log(`${mark} ${check.name.padEnd(10)} ${seconds} s  ${check.holds}`);
  return outcome;
}

const outcomes = await Promise.all(checks.map(report));

for (const [index, check] of checks.entries()) {
  const outcome = outcomes[index];
  if (outcome === undefined || outcome.passed) continue;
  console.log(`\n--- ${check.name}\n${outcome.output.trim()}`);
  process.exitCode = 1;
}
