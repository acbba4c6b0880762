/** The image of this working copy: both programs, built by the Dockerfile. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MissingToolError } from '../../processes/missing-tool.ts';
import { cacheDirectory } from '../parts/cache.ts';
import { buildBase, packBase, runtimeBase, type Base } from './base.ts';

export interface ProjectImage {
  /** With a tag of its own for every content. */
  readonly name: string;
  /** The same as a file, for clusters that pull from nowhere. */
  readonly archive: string;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** What the image depends on; as in .dockerignore. */
const SOURCES = [
  'Dockerfile',
  '.dockerignore',
  'package.json',
  'package-lock.json',
  'tsconfig{,.build}.json',
  '.ci/build.ts',
  '{server,operator,proto}/**/*',
];

/**
 * Builds it, unless these sources were built before; takes a minute, and the npm registry. Needs
 * root and buildah: throws MissingToolError, which says so.
 */
export function buildProjectImage(step: (name: string) => void): ProjectImage {
  const files = globSync(SOURCES, { cwd: ROOT, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(spec|contract)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const directory = cacheDirectory('image', files);
  const tag = directory.slice(-12);
  const image = { name: `localhost/robustmq-meta:${tag}`, archive: join(directory, 'image.tar') };
  if (!existsSync(image.archive)) {
    step('image');
    build(image, directory);
  }
  return image;
}

function build({ name, archive }: ProjectImage, directory: string): void {
  const work = join(directory, `.${process.pid}`);
  const storage = ['--root', join(work, 'root'), '--runroot', join(work, 'run')];
  const buildah = (args: readonly string[]): void =>
    run('buildah', ['--storage-driver', 'vfs', ...storage, ...args]);
  const withBase = (base: Base): string => {
    const packed = join(directory, `.base-${process.pid}.tar`);
    packBase(packed, base);
    buildah(['pull', '--quiet', `docker-archive:${packed}`]);
    rmSync(packed);
    return base.name;
  };
  try {
    buildah([
      ...['build', '--isolation', 'chroot', '--pull-never', '--quiet', '--tag', name],
      ...['--build-arg', `BUILD_BASE=${withBase(buildBase())}`],
      ...['--build-arg', `RUNTIME_BASE=${withBase(runtimeBase())}`],
      ROOT,
    ]);
    const whole = join(work, 'image.tar');
    buildah(['push', '--quiet', name, `docker-archive:${whole}:${name}`]);
    renameSync(whole, archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function run(bin: string, args: readonly string[]): void {
  const { error, status, stderr, stdout } = spawnSync(bin, args, { encoding: 'utf8' });
  if (error !== undefined) {
    throw new MissingToolError(`Install ${bin} (Debian: ${bin}): it builds the image.`);
  }
  if (status !== 0) throw new Error(`${bin} ${args.join(' ')}:\n${stdout}${stderr}`);
}
