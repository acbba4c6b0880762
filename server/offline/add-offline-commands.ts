/** The commands that work on data directories and backup files while no process does. */
import type { Command } from 'commander';
import type { Io } from '../cli/io.ts';
import { inspectCommand } from './commands/inspect.ts';
import { recoverCommand } from './commands/recover.ts';
import { restoreCommand } from './commands/restore.ts';
import { addOfflineCommand } from './offline-command.ts';

/** Adds the offline commands, those of `snapshot` to the group that is there. */
export function addOfflineCommands(program: Command, io: Io): void {
  const snapshot =
    program.commands.find((command) => command.name() === 'snapshot') ??
    program.command('snapshot').description('Backups of the state.');
  for (const row of [inspectCommand, restoreCommand]) addOfflineCommand(snapshot, row, io);
  addOfflineCommand(program, recoverCommand, io);
}
