/** How a command that works on files becomes a command of the program. */
import type { Argument, Command, Option } from 'commander';
import { toCliError } from '../cli/cli-error.ts';
import { helpAfter, outputOption, report } from '../cli/command.ts';
import type { TlsFiles } from '../cli/endpoints.ts';
import type { Io } from '../cli/io.ts';
import { print } from '../cli/session.ts';
import type { Result } from '../cli/session.ts';

/** What a command works with: the way it talks to whoever runs it. */
export interface Desk {
  readonly io: Io;
  /** A script listens. */
  readonly json: boolean;
}

/** The options of single commands. */
export interface OfflineFlags extends TlsFiles {
  readonly output: 'table' | 'json';
  readonly dataDir?: string | readonly string[];
  readonly endpoints?: readonly string[];
  /** Milliseconds. */
  readonly timeout?: number;
  readonly incident?: string;
  readonly yesMakeNewCluster?: string;
}

/** A command that needs no cluster. */
export interface OfflineCommand {
  readonly name: string;
  readonly about: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Command lines without the name of the program. */
  readonly examples: readonly string[];
  run(desk: Desk, args: readonly string[], flags: OfflineFlags): Promise<Result>;
}

/** Adds a command, with its help. */
export function addOfflineCommand(parent: Command, row: OfflineCommand, io: Io): void {
  const command = parent.command(row.name).description(row.about);
  for (const argument of row.arguments ?? []) command.addArgument(argument);
  for (const option of [...(row.options ?? []), outputOption()]) command.addOption(option);
  command.addHelpText('after', helpAfter(row.examples));
  command.action(async () => {
    const flags = command.opts<OfflineFlags>();
    const json = flags.output === 'json';
    try {
      print(io, flags, await row.run({ io, json }, command.args, flags));
    } catch (error) {
      report(io, toCliError(error), json);
    }
  });
}
