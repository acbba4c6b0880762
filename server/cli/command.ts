/** How one row of the table of commands becomes a command of the program. */
import { CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Argument, Command } from 'commander';
import { address, duration, listOf, showAddress } from '../config/kinds.ts';
import type { Kind } from '../config/kinds.ts';
import { SETTINGS } from '../config/settings.ts';
import { CliError, toCliError } from './cli-error.ts';
import { EXIT, EXIT_HELP } from './exit-code.ts';
import type { Io } from './io.ts';
import { printable } from './output.ts';
import { withSession } from './session.ts';
import type { CommonFlags, Result, Session } from './session.ts';

/** A command. Arguments arrive in their order, options by their names. */
export interface ClientCommand {
  readonly name: string;
  /** Another name of it. */
  readonly alias?: string;
  readonly about: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Command lines without the name of the program. */
  readonly examples: readonly string[];
  run(session: Session, args: readonly string[], flags: CommandFlags): Promise<Result>;
}

/** The options of single commands. */
export interface CommandFlags {
  readonly watch?: true;
  readonly configurationIndex?: number;
  readonly term?: number;
  readonly peerAddress?: string;
  readonly wait?: true;
  readonly force?: true;
  readonly incident?: string;
  readonly yesMakeNewCluster?: string;
  readonly stale?: true;
  readonly keysOnly?: true;
}

/** Where a client looks for members that it was not told of. */
const PEER_DEFAULT = showAddress(SETTINGS['listen.peer'].standard);
const CLIENT_DEFAULT = showAddress({
  host: SETTINGS['listen.peer'].standard.host,
  port: SETTINGS['listen.client'].standard.port,
});

/** Environment variables of clients: the server must not take them for settings of its own. */
const CLIENT_VARIABLES = {
  endpoints: 'ROBUSTMQ_META_ENDPOINTS',
  clientEndpoints: 'ROBUSTMQ_META_CLIENT_ENDPOINTS',
} as const;

/** Reads an option by one of the kinds that the configuration has. */
export function readBy<Value>(kind: Kind<Value>): (text: string) => Value {
  return (text) => {
    const value = kind.parse(text);
    if (value === undefined) throw new InvalidArgumentError(`Expected ${kind.allowed}.`);
    return value;
  };
}

/** A list of addresses, as `--endpoints` takes it. */
export const readEndpoints = (text: string): readonly string[] =>
  readBy(listOf(address))(text).map(showAddress);

/** For people or for scripts. */
export const outputOption = (): Option =>
  new Option('-o, --output <format>', 'for people or for scripts')
    .choices(['table', 'json'])
    .default('table');

/** The help that follows the options: command lines without the name of the program, and exit codes. */
export function helpAfter(lines: readonly string[]): string {
  const examples = lines.map((line) => `  $ robustmq-meta ${line}`).join('\n');
  return `\nExamples:\n${examples}\n${EXIT_HELP}`;
}

/** How members are spoken to: how long one waits, and the files of TLS. */
export const connectionOptions = (): readonly Option[] => [
  new Option('--timeout <duration>', 'give up on a member after this long')
    .argParser(readBy(duration))
    .default(5_000, '5s'),
  new Option('--authority <file>', 'PEM file: who signs the certificates of members; asks for TLS'),
  new Option('--certificate <file>', 'PEM file: who you are'),
  new Option('--key <file>', 'PEM file: the key of that certificate'),
];

const commonOptions = (): readonly Option[] => [
  new Option('--endpoints <host:port,…>', 'peer addresses of members, asked in this order')
    .env(CLIENT_VARIABLES.endpoints)
    .argParser(readEndpoints)
    .default([PEER_DEFAULT], PEER_DEFAULT),
  new Option('--client-endpoints <host:port,…>', 'client addresses of members, for kv')
    .env(CLIENT_VARIABLES.clientEndpoints)
    .argParser(readEndpoints)
    .default([CLIENT_DEFAULT], CLIENT_DEFAULT),
  outputOption(),
  ...connectionOptions(),
  new Option('--client-tls', 'TLS on the client endpoints too, as on `listen.client_tls`'),
];

/** Adds a command with the options that all of them have, and its help. */
export function addCommand(parent: Command, row: ClientCommand, io: Io): void {
  const command = parent.command(row.name).description(row.about);
  if (row.alias !== undefined) command.alias(row.alias);
  for (const argument of row.arguments ?? []) command.addArgument(argument);
  for (const option of [...(row.options ?? []), ...commonOptions()]) command.addOption(option);
  command.addHelpText('after', helpAfter(row.examples));
  command.action(async () => {
    const flags = command.opts<CommonFlags & CommandFlags>();
    try {
      await withSession(io, flags, async (session) => {
        session.print(await row.run(session, command.args, flags));
      });
    } catch (error) {
      report(io, toCliError(error), flags.output === 'json');
    }
  });
}

/** Says why a command was not done, to people or to scripts, and sets the exit code. */
export function report(io: Io, error: CliError, json: boolean): void {
  const { code, exitCode, message, status } = error;
  io.stderr.write(
    json
      ? `${JSON.stringify({ error: { code, exit_code: exitCode, message, status: status ?? null } })}\n`
      : `${printable(message)}\n`,
  );
  io.setExitCode(exitCode);
}

/**
 * Parses a command line and runs what it says. Help and mistakes on the command line end here, with
 * their exit codes, and not in the middle of the process.
 */
export async function runProgram(program: Command, argv: readonly string[], io: Io): Promise<void> {
  const json = argv.some((arg, at) => isJson(arg, argv[at + 1]));
  for (const command of withChildren(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => {
        if (!json) write(text);
      },
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    if (json) report(io, new CliError('usage', error.message.replace(/^error: /, '')), json);
    io.setExitCode(EXIT.usage);
  }
}

const isJson = (arg: string, next: string | undefined): boolean =>
  ['-ojson', '-o=json', '--output=json'].includes(arg) ||
  (['-o', '--output'].includes(arg) && next === 'json');

const withChildren = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap(withChildren),
];
