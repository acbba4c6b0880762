/** Broker doubles as processes. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command, Workspace } from '../processes/workspace.ts';
import type { CachesText } from './caches-text.ts';

/** What a double says on its output. */
export type BrokerEvent =
  | { readonly kind: 'listens'; readonly address: string }
  | { readonly kind: 'runs'; readonly epoch: number }
  | { readonly kind: 'failed'; readonly phase: string; readonly why: string }
  | ({ readonly kind: 'state' } & BrokerState);

export interface BrokerState {
  readonly phase: string;
  readonly epoch: number;
  /** Whether it runs the scanner of AMQP messages. */
  readonly scans: boolean;
  readonly wills: readonly string[];
  /** Why pushes were not cached. */
  readonly refused: readonly string[];
  readonly caches: CachesText;
}

export interface BrokerProcess {
  /** Resolves when it listens to clients; rejects with its reason when it has ended before. */
  readonly runs: Promise<unknown>;
  /** Resolves with the exit status; undefined: by a signal. */
  readonly ended: Promise<number | undefined>;
  /** Asks it; a process that is stopped answers when it goes on. */
  state(): Promise<BrokerState>;
  kill(): void;
  /** Stops it where it is, until `resume`. */
  pause(): void;
  resume(): void;
}

export type BrokerProcessSetup = BrokerProcessOptions &
  (
    | {
        readonly id: number;
        /** Client addresses of members. */
        readonly meta: readonly string[];
      }
    /** A file of settings. */
    | { readonly conf: string }
  );

interface BrokerProcessOptions {
  /** Further flags. */
  readonly flags?: readonly string[];
  /** What is run instead, such as the same command in a network of its own. */
  readonly within?: (command: Command) => Command;
}

const MAIN = join(import.meta.dirname, 'main.ts');

export function startBrokerProcess(workspace: Workspace, setup: BrokerProcessSetup): BrokerProcess {
  const { flags = [], within = (command: Command) => command } = setup;
  const who =
    'conf' in setup
      ? ['--conf', setup.conf]
      : ['--id', String(setup.id), '--meta', setup.meta.join(',')];
  const args = [MAIN, ...who, ...flags];
  const running = workspace.run(within({ bin: process.execPath, args }));
  const { output, errors, ended } = running;
  const runs = Promise.withResolvers<undefined>();
  // Nobody may be looking.
  runs.promise.catch(() => undefined);
  const asked: ((state: BrokerState) => void)[] = [];
  let lastWords = '';
  errors.on('data', (text: Buffer) => (lastWords += text.toString()));
  createInterface({ input: output }).on('line', (line) => {
    const event = JSON.parse(line) as BrokerEvent;
    if (event.kind === 'runs') runs.resolve(undefined);
    else if (event.kind === 'failed') lastWords = `${event.phase}: ${event.why}`;
    else if (event.kind === 'state') asked.shift()?.(event);
  });
  void ended.then(() =>
    runs.reject(new Error(`The broker ${who.join(' ')} has ended: ${lastWords}`)),
  );
  return {
    runs: runs.promise,
    ended,
    state: () =>
      new Promise((resolve) => {
        asked.push(resolve);
        running.signal('SIGUSR2');
      }),
    kill: () => running.signal('SIGKILL'),
    pause: () => running.signal('SIGSTOP'),
    resume: () => running.signal('SIGCONT'),
  };
}
