/** A small ext4 of its own for a member, which can be filled up by writing to it. */
import { mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../processes/namespaces.ts';
import { dataOf } from '../processes/server.ts';
import type { Workspace } from '../processes/workspace.ts';

const MIB = 1 << 20;
const DISK_BYTES = 96 * MIB;
/** What members are told to keep free. */
const FREE_MIN = '24MiB';
export const SMALL_DISK_FLAGS = ['--storage-free-min', FREE_MIN];

/** Puts it where the member that runs in `directory` keeps its data. */
export function mountSmallDisk(workspace: Workspace, directory: string): void {
  const [mount, image] = [dataOf(directory), join(directory, 'disk.ext4')];
  mkdirSync(mount, { recursive: true });
  writeFileSync(image, '');
  truncateSync(image, DISK_BYTES);
  command('mkfs.ext4', ['-q', image]);
  command('mount', ['-o', 'loop', image, mount]);
  workspace.atEnd(() => command('umount', ['--lazy', mount]));
}

const fillerOf = (directory: string): string => join(dataOf(directory), '.filler');

/** Leaves about so many bytes free. */
export function fillUp(directory: string, leftBytes: number): void {
  const { bavail, bsize } = statfsSync(dataOf(directory));
  const bytes = bavail * bsize - leftBytes;
  command('fallocate', ['--length', String(bytes), fillerOf(directory)]);
}

export const clearUp = (directory: string): void => rmSync(fillerOf(directory), { force: true });
