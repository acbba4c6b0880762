/** kubectl as a person uses it, on one cluster. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

export interface Answer {
  readonly ok: boolean;
  readonly said: string;
}

export interface Kubectl {
  /** Returns what it printed. Throws when it fails, with what it said. */
  (...args: readonly string[]): string;
  /** Hands over an object, on standard input; failing is an answer. */
  attempt(args: readonly string[], object: unknown): Answer;
}

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
  const attempt = (args: readonly string[], object: unknown): Answer => {
    const { status, stdout, stderr } = run([...args, '-f', '-'], JSON.stringify(object));
    return { ok: status === 0, said: stdout + stderr };
  };
  return Object.assign(kubectl, { attempt });
}
