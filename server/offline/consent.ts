import { createInterface } from 'node:readline/promises';
import { requireConsent } from '../cli/recommendation.ts';
import type { Desk } from './offline-command.ts';

/**
 * Whether whoever runs the command wants it: by the option, or by typing it on a terminal.
 *
 * @throws CliError when something else was given: it was decided on something else.
 */
export async function isConsented(
  { io, json }: Desk,
  wanted: string,
  given: string | undefined,
): Promise<boolean> {
  if (given !== undefined) {
    requireConsent(given, wanted);
    return true;
  }
  if (!io.isTTY || json) return false;
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  try {
    return (await terminal.question(`Type ${wanted} to go on, anything else to stop: `)) === wanted;
  } finally {
    terminal.close();
  }
}
