/**
 * A run in namespaces of its own: its mounts, networks and processes are the kernel's to remove
 * when its first process ends, however that comes about.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { MissingToolError } from './missing-tool.ts';

/** Set for the process that was started anew, inside. */
const INSIDE = 'E2E_INSIDE_NAMESPACES';
const UNSHARE = '/usr/bin/unshare';
const ALONE = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
/** Where `ip netns` keeps names of networks: there are none yet, and nobody else is to see ours. */
const NETWORKS = '/run/netns';

/**
 * Replaces this program by itself in new namespaces; returns only inside. Linux and root alone can
 * do that: throws MissingToolError, which says so.
 */
export function enterNamespaces(): void {
  if (process.env[INSIDE] !== undefined) {
    settleIn();
    return;
  }
  if (process.getuid?.() !== 0 || process.execve === undefined) {
    throw new MissingToolError(
      'This needs Linux and root: it mounts file systems and makes networks.',
    );
  }
  if (!existsSync(UNSHARE))
    throw new MissingToolError('Install util-linux: there is no `unshare`.');
  removeLeftovers(tmpdir());
  const again = [...process.execArgv, ...process.argv.slice(1)];
  const { bin, args } = inNamespaces(process.execPath, again);
  process.execve(bin, [bin, ...args], {
    ...process.env,
    [INSIDE]: String(process.pid),
  });
}

/** The command that runs `bin` as the first process of new namespaces; they end with it, and it with its parent. */
export const inNamespaces = (bin: string, args: readonly string[]) => ({
  bin: UNSHARE,
  args: [...ALONE, bin, ...args],
});

/** Whether this is the program that was started anew. */
export const isInside = (): boolean => process.env[INSIDE] !== undefined;

/** Before the names of the directories of runs in namespaces: whose they are, as pids are outside. */
export const directoryPrefix = (): string => {
  const owner = process.env[INSIDE];
  return owner === undefined ? 'robustmq-meta-' : `robustmq-meta-of-${owner}-`;
};

/** Removes the directories of runs that were killed: nothing else of them is left. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const owner = /^robustmq-meta-of-(\d+)-/.exec(name)?.[1];
    if (owner === undefined || existsSync(`/proc/${owner}`)) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function settleIn(): void {
  mkdirSync(NETWORKS, { recursive: true });
  command('mount', ['-t', 'tmpfs', 'tmpfs', NETWORKS]);
  command('ip', ['link', 'set', 'lo', 'up']);
}

/** Runs a program of the machine to its end, and returns what it printed. Throws when it fails, with what it said. */
export function command(bin: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(bin, args, { encoding: 'utf8' });
  if (error !== undefined) throw missing(bin);
  if (status !== 0) throw new Error(`${bin} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}

/** Throws MissingToolError for the first of these programs that the machine lacks. */
export function requireTools(bins: readonly string[]): void {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  for (const bin of bins) {
    if (!directories.some((directory) => existsSync(join(directory, bin)))) throw missing(bin);
  }
}

const missing = (bin: string): MissingToolError =>
  new MissingToolError(`Install ${PACKAGES.get(bin) ?? bin}: there is no \`${bin}\`.`);

/** The Debian packages of programs. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['ip', 'iproute2'],
  ['mount', 'mount'],
  ['umount', 'mount'],
  ['losetup', 'mount'],
  ['findmnt', 'util-linux'],
  ['nsenter', 'util-linux'],
  ['mkfs.ext4', 'e2fsprogs'],
  ['mkfs.xfs', 'xfsprogs'],
  ['xfs_growfs', 'xfsprogs'],
  ['nft', 'nftables'],
  ['ldd', 'libc-bin'],
]);
