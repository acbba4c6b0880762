/** robustmq-meta: the server, and the commands of those who run it. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addClientCommands } from './cli/add-client-commands.ts';
import { runProgram } from './cli/command.ts';
import type { Io } from './cli/io.ts';
import { documentSettings } from './config/document.ts';
import { addSettingFlags, flagsOf } from './config/flags.ts';
import { ConfigError, loadConfig } from './config/load.ts';
import type { Config } from './config/settings.ts';
import { addOfflineCommands } from './offline/add-offline-commands.ts';
import { SERVER_VERSION } from './member/program.ts';

const EXIT_USAGE = 2;

const program = new Command('robustmq-meta')
  .description('RobustMQ MetaService: the Raft metadata service of RobustMQ')
  .version(SERVER_VERSION)
  .showHelpAfterError();

const server = program
  .command('server')
  .description('run a member of the cluster')
  .option('--print-config', 'check the settings, print them all as a TOML file, and exit');
addSettingFlags(server);
server.addHelpText(
  'after',
  `
Examples:
  robustmq-meta server --data-dir /var/lib/robustmq-meta --bootstrap
  robustmq-meta server --data-dir ./second --join 127.0.0.1:1230 --listen-peer 127.0.0.1:2230
  ROBUSTMQ_META_LOG_LEVEL=debug robustmq-meta server --config meta.toml`,
);
server.action(async (options: Record<string, unknown>) => {
  const config = readConfig(options);
  if (options['printConfig'] === true) {
    console.log(documentSettings(config));
    return;
  }
  const { runMember } = await import('./member/run-member.ts');
  await runMember(config);
});

function readConfig(options: Record<string, unknown>): Config {
  const name = options['config'];
  try {
    const file = typeof name === 'string' ? { name, text: readFileSync(name, 'utf8') } : undefined;
    return loadConfig({ file, environment: process.env, flags: flagsOf(options) });
  } catch (error) {
    if (error instanceof ConfigError) {
      for (const problem of error.problems) console.error(`error: ${problem}`);
    } else if (error instanceof Error && 'code' in error) {
      console.error(`error: --config: ${error.message}`);
    } else throw error;
    process.exit(EXIT_USAGE);
  }
}

// Who reads may stop reading: `robustmq-meta … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  isTTY: process.stdout.isTTY,
  setExitCode: (code) => {
    process.exitCode = code;
  },
};
addClientCommands(program, io);
addOfflineCommands(program, io);
await runProgram(program, process.argv.slice(2), io);
