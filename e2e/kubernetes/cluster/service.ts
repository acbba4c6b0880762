/** A program of the cluster that runs until the cluster ends. */
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export interface Service {
  /** Its log has this name. */
  readonly name: string;
  readonly bin: string;
  readonly args: readonly string[];
  /** The node in whose network it runs; none: in that of the control plane. */
  readonly node?: string;
  /** Before the program and its arguments: a command that runs it. */
  readonly within?: readonly string[];
}

/** Lines of its log that tell why a program has ended. */
const LAST_LINES = 12;

const logOf = (logs: string, { name }: Service): string => join(logs, `${name}.log`);

/** How it is run, in the mounts of its cluster. */
export interface Command {
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Programs beside it are found by it: kubelet and containerd call others by name. */
export function commandOf({ bin, args, node, within = [] }: Service): Command {
  // Only the network is another one: `ip netns exec` would hide the cgroups as well.
  const network = node === undefined ? [] : ['nsenter', `--net=/run/netns/${node}`];
  return {
    words: [...network, ...within, bin, ...args],
    env: { ...process.env, PATH: `${dirname(bin)}${delimiter}${process.env['PATH'] ?? ''}` },
  };
}

/** Starts it; `onEnd` hears that it has ended, and why. */
export function startService(
  logs: string,
  service: Service,
  onEnd: (reason: string) => void,
): void {
  const { name } = service;
  const log = openSync(logOf(logs, service), 'a');
  const { words, env } = commandOf(service);
  const [program = '', ...rest] = words;
  const child = spawn(program, rest, { env, stdio: ['ignore', log, log] });
  child.once('error', ({ message }) => onEnd(`${name} cannot be started: ${message}`));
  child.once('exit', (status, signal) => {
    const lines = readFileSync(logOf(logs, service), 'utf8').trimEnd().split('\n');
    const last = lines.slice(-LAST_LINES).join('\n');
    onEnd(`${name} has ended (${signal ?? status}):\n${last}`);
  });
}
