/** kubectl as a person uses it, on one cluster. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../processes/until.ts';

export interface Answer {
  readonly ok: boolean;
  readonly said: string;
}

export interface Kubectl {
  /** Returns what it printed. Throws when it fails, with what it said. */
  (...args: readonly string[]): string;
  /** Failing is an answer. An object is handed over on standard input. */
  attempt(args: readonly string[], object?: unknown): Answer;
  /**
   * Hears what it prints line by line, for as long as one likes: when it ends, as when the API
   * server does, it is started again.
   */
  follow(args: readonly string[], hear: Hearing): Following;
}

export interface Hearing {
  /** Before the first line, each time it is started. */
  readonly begin?: () => void;
  readonly line: (line: string) => void;
  /** What it prints is the same from the beginning each time, and is heard once. */
  readonly repeats: boolean;
}

export interface Following {
  stop(): void;
}

const AGAIN_AFTER_MS = 250;

/** What it learns of a cluster it remembers beside the kubeconfig, and not in the home of the user. */
export const kubectlFlags = (kubeconfig: string): readonly string[] => [
  `--kubeconfig=${kubeconfig}`,
  `--cache-dir=${join(dirname(kubeconfig), 'cache')}`,
];

export function kubectlOf(bin: string, kubeconfig: string): Kubectl {
  const run = (args: readonly string[], input = '') =>
    spawnSync(bin, [...kubectlFlags(kubeconfig), ...args], { encoding: 'utf8', input });
  const kubectl = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = run(args);
    if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const attempt = (args: readonly string[], object?: unknown): Answer => {
    const { status, stdout, stderr } =
      object === undefined ? run(args) : run([...args, '-f', '-'], JSON.stringify(object));
    return { ok: status === 0, said: stdout + stderr };
  };
  const start = (args: readonly string[]): ChildProcess =>
    spawn(bin, [...kubectlFlags(kubeconfig), ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  return Object.assign(kubectl, {
    attempt,
    follow: (args: readonly string[], hear: Hearing) => follow(() => start(args), hear),
  });
}

/** Resolves when the API server answers and can be used. Rejects when that takes longer. */
export const untilReady = (
  { attempt }: Pick<Kubectl, 'attempt'>,
  limitMs: number,
): Promise<unknown> =>
  until('the API server is ready', limitMs, () =>
    Promise.resolve(attempt(['get', '--raw', '/readyz']).ok),
  );

function follow(start: () => ChildProcess, { begin, line: hear, repeats }: Hearing): Following {
  let stopped = false;
  let heard = 0;
  let child: ChildProcess | undefined;
  const kill = (): void => void child?.kill();
  process.once('exit', kill);
  const listen = async (): Promise<void> => {
    while (!stopped) {
      child = start();
      begin?.();
      let at = 0;
      if (child.stdout !== null) {
        for await (const line of createInterface(child.stdout)) {
          at += 1;
          if (repeats && at <= heard) continue;
          heard += 1;
          hear(line);
        }
      }
      await sleep(AGAIN_AFTER_MS);
    }
  };
  void listen();
  return {
    stop: () => {
      stopped = true;
      process.off('exit', kill);
      kill();
    },
  };
}
