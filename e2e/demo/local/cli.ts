/** The commands of the program, run as a person would. */
import { text } from 'node:stream/consumers';
import { MAIN } from '../../processes/server.ts';
import type { Workspace } from '../../processes/workspace.ts';

/** Runs a command, shows it with what it prints, and returns that. Rejects when it fails. */
export type Cli = (args: readonly string[]) => Promise<string>;

/** @param hidden options that every call has and that are not worth showing. */
export const createCli =
  (workspace: Workspace, hidden: () => readonly string[], say: (line: string) => void): Cli =>
  async (args) => {
    say(`  $ robustmq-meta ${args.map(quoted).join(' ')}`);
    const child = workspace.run({ bin: process.execPath, args: [MAIN, ...args, ...hidden()] });
    const [output, errors, status] = await Promise.all([
      text(child.output),
      text(child.errors),
      child.ended,
    ]);
    for (const line of `${output}${errors}`.trimEnd().split('\n')) {
      if (line !== '') say(`  ${line}`);
    }
    if (status !== 0) throw new Error(`robustmq-meta ${args.join(' ')} failed`);
    return output.trimEnd();
  };

/** As one would type it into a shell. */
const quoted = (arg: string): string => (/^[\w./:,-]+$/.test(arg) ? arg : `'${arg}'`);
