import type { Config } from '../config/settings.ts';
import { createLog } from '../observe/log/log.ts';
import { StorageError } from '../ports/outcome.ts';
import { UnknownCommand } from '../state/errors.ts';
import { DisplacedError } from './displaced-error.ts';
import { startMember } from './start-member.ts';
import { toError } from './to-error.ts';

const EXIT_FAILED = 1;

/**
 * Runs a member as the process: until SIGTERM or SIGINT, then it leaves in good order with exit
 * status 0. A second signal ends it at once, and so does a disk that hangs meanwhile: both as SIGKILL
 * would, for which every write is prepared. What nobody foresaw ends it with status 1: a new process
 * checks everything that is on disk.
 */
export async function runMember(config: Config): Promise<void> {
  const log = createLog({ level: config['log.level'], format: config['log.format'] });
  const die = (error: unknown): void => {
    log.write(eventOf(error), { error: toError(error) });
    log.flush();
    process.exit(EXIT_FAILED);
  };
  process.once('uncaughtException', die);
  process.once('unhandledRejection', die);

  let leaving = false;
  const started = startMember(config, log).catch((error: unknown): never => {
    const event = eventOf(error);
    log.write(event === 'invariant_broken' ? 'start_failed' : event, { error: toError(error) });
    log.flush();
    // Whatever was begun already would keep the process up, without a port to ask it anything.
    process.exit(EXIT_FAILED);
  });
  const leave = (signal: NodeJS.Signals): void => {
    if (leaving) endAtOnce();
    leaving = true;
    log.write('shutting_down', { signal });
    void started
      .then((member) => member.shutdown())
      .then((closed) => {
        log.flush();
        if (closed) process.exit(0);
        else endAtOnce();
      });
  };
  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);
  await started;
}

/** Exiting would wait for the threads of the process, one of which may be where a sync hangs. */
const endAtOnce = (): void => void process.kill(process.pid, 'SIGKILL');

/** What ends a process, by the name that its last line has. */
function eventOf(
  error: unknown,
): 'command_unknown' | 'invariant_broken' | 'member_displaced' | 'storage_refused' {
  if (error instanceof DisplacedError) return 'member_displaced';
  if (error instanceof UnknownCommand) return 'command_unknown';
  return error instanceof StorageError ? 'storage_refused' : 'invariant_broken';
}
