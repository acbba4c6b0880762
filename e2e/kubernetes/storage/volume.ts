/**
 * A volume: a file system of a real size, in a sparse file, mounted. XFS, because it grows in use by
 * whoever may mount it; ext4 asks for CAP_SYS_RESOURCE as well, which containers do not have.
 */
import { existsSync, mkdirSync, rmSync, rmdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../processes/namespaces.ts';

export interface Volumes {
  pathOf(name: string): string;
  /** Makes and mounts it, at least 300 MiB; one that was made and not mounted is made anew. */
  make(name: string, bytes: number): void;
  /** While it is in use. */
  grow(name: string, bytes: number): void;
  remove(name: string): void;
}

const isMounted = (path: string): boolean =>
  command('findmnt', ['--noheadings', '--list', '--output', 'TARGET']).split('\n').includes(path);

/** Volumes below `directory`. Root only, in mounts of its own: they go with these. */
export function volumesIn(directory: string): Volumes {
  mkdirSync(directory, { recursive: true });
  const pathOf = (name: string): string => join(directory, name);
  const fileOf = (name: string): string => join(directory, `${name}.xfs`);
  return {
    pathOf,
    make: (name, bytes) => {
      if (isMounted(pathOf(name))) return;
      const file = fileOf(name);
      writeFileSync(file, '');
      truncateSync(file, bytes);
      command('mkfs.xfs', ['-q', '-f', file]);
      mkdirSync(pathOf(name), { recursive: true });
      command('mount', ['-o', 'loop', file, pathOf(name)]);
    },
    grow: (name, bytes) => {
      truncateSync(fileOf(name), bytes);
      const device = command('findmnt', ['--noheadings', '--output', 'SOURCE', pathOf(name)]);
      command('losetup', ['--set-capacity', device.trim()]);
      command('xfs_growfs', [pathOf(name)]);
    },
    remove: (name) => {
      if (isMounted(pathOf(name))) command('umount', [pathOf(name)]);
      if (existsSync(pathOf(name))) rmdirSync(pathOf(name));
      rmSync(fileOf(name), { force: true });
    },
  };
}
