import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/**
 * Runs a program of `e2e`, which people run for longer, and shows what it prints. Rejects unless it ends
 * with status 0: what it cannot do here is as bad as what does not hold.
 */
export async function runBriefly(program: string, ...flags: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [program, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exitCode ?? once(child, 'exit'),
  ]);
  console.log(output.trimEnd().replaceAll(/^/gm, '      '));
  if (child.exitCode !== 0) {
    throw new Error(`${program} ${flags.join(' ')} ended with ${child.exitCode}: ${errors}`);
  }
}
