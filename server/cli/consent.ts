import { createInterface } from 'node:readline';
import type { Io } from './io.ts';
import { requireConsent } from './recommendation.ts';

/** How consent was given, if it was. */
export type Consent = 'option' | 'typed' | 'none';

/** Whoever runs the command, and whether a script listens. */
interface Asked {
  readonly io: Io;
  readonly json: boolean;
}

/**
 * Whether whoever runs the command wants it: by the option, or by typing it on a terminal.
 *
 * @throws CliError when something else was given: it was decided on something else.
 */
export async function askConsent(
  asked: Asked,
  wanted: string,
  given: string | undefined,
): Promise<Consent> {
  if (given !== undefined) {
    requireConsent(given, wanted);
    return 'option';
  }
  if (!isPerson(asked)) return 'none';
  return (await typedLine(asked.io, wanted)) === wanted ? 'typed' : 'none';
}

/** Somebody looks who can be asked. */
export const isPerson = ({ io, json }: Asked): boolean => io.isTTY && !json;

/** undefined when the terminal is closed, or Ctrl-C pressed, instead. */
async function typedLine(io: Io, wanted: string): Promise<string | undefined> {
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  try {
    return await new Promise((resolve) => {
      // Of input that ends behind the line, both come, the line before.
      terminal.once('line', resolve);
      terminal.once('close', () => resolve(undefined));
      terminal.setPrompt(`Type ${wanted} to go on, anything else to stop: `);
      terminal.prompt();
    });
  } finally {
    terminal.close();
  }
}
