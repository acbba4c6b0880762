/** What of the machine decides how fast everything is. Nothing that would tell machines apart. */
import { readFileSync } from 'node:fs';
import { availableParallelism, release, totalmem } from 'node:os';
import { sep } from 'node:path';

/** Type of the file system that holds a path, out of the text of `/proc/self/mounts`. */
export function fileSystemOf(path: string, mounts: string): string {
  const holds = (point: string): boolean =>
    path === point || path.startsWith(point.endsWith(sep) ? point : point + sep);
  const [nearest] = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, point = '', type = '']) => ({ point, type }))
    .filter(({ point }) => point !== '' && holds(point))
    .sort((a, b) => b.point.length - a.point.length);
  return nearest?.type ?? 'unknown';
}

/** Digits and points at its beginning: what follows names who built it. */
export const kernelVersion = (text: string): string => /^[0-9.]*[0-9]/.exec(text)?.[0] ?? 'unknown';

/** One line; `directory` is where the members keep their data, `runs` what else is on it. */
export function describeMachine(directory: string, runs: string): string {
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  const fileSystem = fileSystemOf(directory, readFileSync('/proc/self/mounts', 'utf8'));
  return [
    `${availableParallelism()} cores`,
    `${memoryGiB} GiB of memory`,
    `Linux ${kernelVersion(release())}`,
    `data on ${fileSystem}`,
    runs,
  ].join(', ');
}
