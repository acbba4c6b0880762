/** Bases of an image, put together from files of this machine: no registry is asked. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { command } from '../../processes/namespaces.ts';
import { MissingToolError } from '../../processes/missing-tool.ts';
import { packImage } from './archive.ts';

export interface Base {
  readonly name: string;
  /** Their libraries come with them. */
  readonly programs: Readonly<Record<string, string>>;
  /** Files and directories as they are. */
  readonly files: Readonly<Record<string, string>>;
  readonly environment: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  /** Libraries of these come, and not they themselves. */
  readonly librariesOf: readonly string[];
}

const NODE = join(import.meta.dirname, '..', '..', '..', 'node_modules', 'node', 'bin', 'node');

/** Whom Node trusts here beyond the usual: the way to the npm registry may lead past them. */
const AUTHORITIES = process.env['NODE_EXTRA_CA_CERTS'];
const SHELL = { '/bin/sh': 'sh', '/usr/bin/dirname': 'dirname' };

/** What the Dockerfile asks of RUNTIME_BASE. */
export const runtimeBase = (): Base => ({
  name: 'localhost/runtime-base:local',
  programs: SHELL,
  files: {},
  links: {},
  environment: [],
  librariesOf: [NODE],
});

/** What the Dockerfile asks of BUILD_BASE. */
export const buildBase = (): Base => ({
  name: 'localhost/build-base:local',
  programs: { ...SHELL, '/usr/bin/env': 'env', '/usr/bin/mv': 'mv', '/usr/local/bin/node': NODE },
  files: {
    '/usr/local/lib/node_modules/npm': dirname(dirname(realpathSync(pathOf('npm')))),
    ...(AUTHORITIES !== undefined && { [AUTHORITIES]: AUTHORITIES }),
  },
  environment: AUTHORITIES === undefined ? [] : [`NODE_EXTRA_CA_CERTS=${AUTHORITIES}`],
  links: { '/usr/local/bin/npm': '../lib/node_modules/npm/bin/npm-cli.js' },
  librariesOf: [],
});

/** Packs it into an archive. */
export function packBase(archive: string, base: Base): void {
  const root = mkdtempSync(join(dirname(archive), '.base-'));
  try {
    for (const directory of ['tmp', 'root', 'etc']) mkdirSync(join(root, directory));
    for (const [at, program] of Object.entries(base.programs)) {
      const path = program.startsWith('/') ? program : pathOf(program);
      copy(path, join(root, at));
      for (const library of librariesOf(path)) copy(library, join(root, library));
    }
    for (const [at, file] of Object.entries(base.files)) copy(file, join(root, at));
    for (const [at, target] of Object.entries(base.links)) symlinkSync(target, join(root, at));
    for (const program of base.librariesOf) {
      for (const library of librariesOf(program)) copy(library, join(root, library));
    }
    packImage(archive, { name: base.name, root, environment: base.environment });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function copy(from: string, to: string): void {
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  // What a link stands for is copied: the name is what others ask for.
  cpSync(from, to, { recursive: true, dereference: true });
}

function pathOf(program: string): string {
  const { status, stdout } = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
  if (status !== 0) throw new MissingToolError(`Install ${program}: it is not there.`);
  return stdout.trim();
}

/** Those that a program loads when it starts, the loader among them. */
const librariesOf = (program: string): readonly string[] =>
  [...command('ldd', [program]).matchAll(/(?:=> )?(\/\S+) \(0x/g)].flatMap(([, path]) =>
    path === undefined ? [] : [path],
  );
