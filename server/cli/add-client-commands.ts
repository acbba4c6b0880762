/** All commands by which people and scripts use a cluster. */
import type { Command } from 'commander';
import { addCommand } from './command.ts';
import type { ClientCommand } from './command.ts';
import { bootstrapCommand } from './commands/bootstrap.ts';
import { kvCommands } from './commands/kv.ts';
import { logLevelCommand } from './commands/log-level.ts';
import { memberCommands } from './commands/member.ts';
import { memberRecover } from './commands/member-recover.ts';
import { snapshotCommands } from './commands/snapshot.ts';
import { statusCommand } from './commands/status.ts';
import type { Io } from './io.ts';

interface Group {
  readonly name: string;
  readonly about: string;
  readonly commands: readonly ClientCommand[];
}

const GROUPS: readonly Group[] = [
  {
    name: 'member',
    about: 'Who belongs to the cluster.',
    commands: [...memberCommands, memberRecover],
  },
  { name: 'kv', about: 'Keys and values of users.', commands: kvCommands },
  { name: 'snapshot', about: 'Backups of the state.', commands: snapshotCommands },
];

/** Adds the client commands. Run the program with `runProgram`, which minds the exit codes. */
export function addClientCommands(program: Command, io: Io): void {
  for (const row of [statusCommand, bootstrapCommand, logLevelCommand])
    addCommand(program, row, io);
  for (const { name, about, commands } of GROUPS) {
    const existing = program.commands.find((command) => command.name() === name);
    const group = existing ?? program.command(name).description(about);
    for (const row of commands) addCommand(group, row, io);
  }
}
