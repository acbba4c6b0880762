/** Builds the parts, each once: what was built is found again in the user's cache. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createProgress, type Progress } from '../../bench/progress.ts';
import { GO, missingGo } from '../../processes/go-binary.ts';
import { MissingToolError } from '../../processes/missing-tool.ts';
import { cacheDirectory } from './cache.ts';
import { PARTS, type Part, type PartName } from './parts.ts';

/** Paths of programs. All of a module are in one directory. */
export type Programs = Readonly<Record<PartName, string>>;

/** Where its programs are, built or not. */
function directoryOf(part: Part): string {
  const sources = readdirSync(part.module).filter((name) => /\.(go|mod|sum)$/.test(name));
  const { module } = part;
  const flags = Object.values<Part>(PARTS).filter((each) => each.module === module);
  return cacheDirectory(
    'parts',
    sources.map((name) => join(module, name)),
    flags.map(({ target, ldflags = '', cgoTags = '' }) => `${target} ${ldflags} ${cgoTags}`),
  );
}

/** Where the programs are once they are built. */
const programs = (): Programs =>
  Object.fromEntries(
    Object.entries(PARTS).map(([name, part]) => [name, join(directoryOf(part), name)]),
  ) as Programs;

/**
 * Builds those of `names` that are not there yet, with a progress bar: minutes the first time, as
 * it compiles most of Kubernetes. Throws MissingToolError where the machine lacks what that takes.
 */
export async function buildParts(names: readonly PartName[]): Promise<Programs> {
  const all = programs();
  const missing = names.filter((name) => !existsSync(all[name]));
  if (missing.length === 0) return all;
  const total = missing.reduce((sum, name) => sum + PARTS[name].packages, 0);
  const progress = createProgress(total);
  try {
    for (const name of missing) await build(name, all[name], progress);
  } finally {
    progress.stop();
  }
  return all;
}

async function build(name: PartName, program: string, progress: Progress): Promise<void> {
  const { module, target, packages, ldflags = '', cgoTags }: Part = PARTS[name];
  progress.begin(name);
  const making = `${program}.${process.pid}`;
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', `-s -w ${ldflags}`, '-v'];
  const tags = cgoTags === undefined ? [] : ['-tags', cgoTags];
  const child = spawn(GO, ['build', ...flags, ...tags, '-o', making, target], {
    cwd: module,
    env: { ...process.env, CGO_ENABLED: cgoTags === undefined ? '0' : '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close') as Promise<[status: number | null]>;
  const said: string[] = [];
  let left = packages;
  createInterface(child.stderr).on('line', (line) => {
    said.push(line);
    // `-v` names each package that is compiled, when it is.
    if (left > 0) progress.done();
    if (left > 0) left -= 1;
  });
  const [status] = await ended.catch(() => Promise.reject(missingGo()));
  if (status !== 0) {
    rmSync(making, { force: true });
    throw complaint(name, said.slice(-10).join('\n'));
  }
  progress.done(left);
  renameSync(making, program);
}

/** What a compiler says when the machine lacks something, and what to do about it. */
const LACKS: readonly (readonly [said: RegExp, advice: () => Error])[] = [
  [/requires go >=|toolchain not available/, missingGo],
  [
    /pkg-config|seccomp|C compiler/,
    () =>
      new MissingToolError(
        'Install a C compiler and the headers of libseccomp (Debian: gcc libc6-dev pkg-config libseccomp-dev): runc is built with them.',
      ),
  ],
];

const complaint = (name: string, said: string): Error =>
  LACKS.find(([pattern]) => pattern.test(said))?.[1]() ??
  new Error(`go build of ${name} failed:\n${said}`);
