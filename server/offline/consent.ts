import { createInterface } from 'node:readline/promises';
import { CliError } from '../cli/cli-error.ts';
import type { Holdings } from '../recovery/recover.ts';
import type { Desk } from './offline-command.ts';

/** What a person types to say which member goes on, as it was shown: `member@term/index`. */
export const consentFor = ({ member, last }: Pick<Holdings, 'last' | 'member'>): string =>
  `${member}@${last.term}/${last.index}`;

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
  if (given === wanted) return true;
  if (given !== undefined) {
    throw new CliError(
      'refused',
      `--yes-make-new-cluster says ${given}, but what is recommended is ${wanted}. Nothing was changed: look again.`,
    );
  }
  if (!io.isTTY || json) return false;
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  try {
    return (await terminal.question(`Type ${wanted} to go on, anything else to stop: `)) === wanted;
  } finally {
    terminal.close();
  }
}
