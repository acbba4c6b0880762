/** Directories of the machine in which parts of Kubernetes write under fixed names. */
import { mkdirSync } from 'node:fs';
import { command } from '../../processes/namespaces.ts';

/** Puts empty ones there, or what is written aside; the process must be in mounts of its own. */
export function mountPrivately(): void {
  // Sockets of shims, networks of pods, locks.
  command('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
  // Links to the logs of containers.
  command('mount', ['-t', 'tmpfs', 'tmpfs', '/var/log']);
  // Results of network plugins. What else is there must stay to be seen.
  const [upper, work] = ['/run/var-lib/upper', '/run/var-lib/work'];
  for (const directory of [upper, work, '/run/netns']) mkdirSync(directory, { recursive: true });
  const layers = `lowerdir=/var/lib,upperdir=${upper},workdir=${work}`;
  command('mount', ['-t', 'overlay', 'overlay', '-o', layers, '/var/lib']);
  // Volumes that a kubelet mounts are there for containerd, and what it keeps for itself is not.
  command('mount', ['--make-rshared', '/']);
  command('mount', ['--make-private', '/var/lib']);
}

/** The command that runs another with `directory` in the place of `path`, which it alone sees. */
export const withInPlace = (directory: string, path: string): readonly string[] => [
  ...['unshare', '--mount', '--propagation', 'unchanged'],
  ...['sh', '-c', 'mount --bind "$0" "$1" && shift && exec "$@"', directory, path],
];
