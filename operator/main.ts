/** robustmq-operator: keeps clusters as their RobustMQCluster resources say. See `--help`. */
import { hostname } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { settingOptions, settingsOf } from './config/settings.ts';
import type { Settings } from './config/settings.ts';
import { startOperator } from './run-operator.ts';
import { createLog } from './telemetry/log.ts';

/**
 * Every connection with TLS keeps some bytes of such a pool, and with them the whole of it, for as long
 * as it lives: with many members, 64 KiB of Node's own size would be megabytes of nothing.
 */
Buffer.poolSize = 4_096;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const command = new Command('robustmq-operator')
  .description('Keeps RobustMQ Meta clusters in Kubernetes as their RobustMQCluster resources say')
  .showHelpAfterError();
for (const option of settingOptions(hostname())) command.addOption(option);

/** Until SIGTERM or SIGINT, then it leaves in good order; a second signal ends it at once. */
async function run(settings: Settings): Promise<void> {
  const log = createLog(settings.logLevel);
  const die = (error: unknown): void => {
    log.write('bug', { error });
    process.exit(EXIT_FAILED);
  };
  process.once('uncaughtException', die);
  process.once('unhandledRejection', die);

  const operator = await startOperator(settings, log).catch((error: unknown): never => {
    log.write('start_failed', { error });
    process.exit(EXIT_FAILED);
  });
  let leaving = false;
  const leave = (signal: NodeJS.Signals): void => {
    if (leaving) process.exit(EXIT_FAILED);
    leaving = true;
    log.write('shutting_down', { signal });
    void operator.stop().then(() => {
      log.write('shutdown_done', {});
      process.exit(0);
    });
  };
  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);
  // What is in work must not go on: another process may be at it.
  void operator.lost.then(() => process.exit(EXIT_FAILED));
}

command.action(async () => {
  let settings: Settings;
  try {
    settings = settingsOf(command);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    console.error(`error: ${error.message}`);
    process.exit(EXIT_USAGE);
  }
  await run(settings);
});
await command.parseAsync();
