/** Groups of processes of a node, in all hierarchies of the machine: version 1, 2, or some of each. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { MissingToolError } from '../../processes/missing-tool.ts';
import { until } from '../../processes/until.ts';

const MOUNTS = '/proc/self/mounts';
const REMOVE_LIMIT_MS = 10_000;

/** Where they are mounted; several controllers may share one. Only Linux has any. */
export function hierarchies(): readonly string[] {
  if (!existsSync(MOUNTS)) return [];
  const mounts = readFileSync(MOUNTS, 'utf8').trimEnd().split('\n');
  const paths = mounts.flatMap((line) => {
    const [, path = '', type = ''] = line.split(' ');
    return type === 'cgroup' || type === 'cgroup2' ? [path] : [];
  });
  return [...new Set(paths)];
}

const copy = (file: string, from: string, to: string): void =>
  writeFileSync(join(to, file), readFileSync(join(from, file)));

/** Makes a group in each of them, with everything in it that the machine has. */
export function makeCgroup(name: string): void {
  for (const parent of hierarchies()) {
    const path = join(parent, name);
    mkdirSync(path, { recursive: true });
    const isUnified = existsSync(join(parent, 'cgroup.controllers'));
    if (isUnified) handDown(parent);
    // In version 1 a new group has no processor and no memory, and can have no process.
    else if (existsSync(join(path, 'cpuset.cpus'))) {
      for (const file of ['cpuset.cpus', 'cpuset.mems']) copy(file, parent, path);
    }
  }
}

/** Lets groups below have the controllers that there are, as kubelet needs them. */
function handDown(parent: string): void {
  const controllers = readFileSync(join(parent, 'cgroup.controllers'), 'utf8').trim();
  if (controllers === '') return;
  const all = controllers.split(' ').map((controller) => `+${controller}`);
  try {
    writeFileSync(join(parent, 'cgroup.subtree_control'), all.join(' '));
  } catch {
    throw new MissingToolError(
      `Run this where cgroup controllers can be handed down, not in a container with a cgroup namespace of its own: ${parent} has processes in it.`,
    );
  }
}

/** Removes those whose names begin so, when the last process in them has gone. */
export async function removeCgroups(prefix: string): Promise<void> {
  const groups = hierarchies().flatMap((parent) =>
    readdirSync(parent)
      .filter((name) => name.startsWith(prefix))
      .map((name) => join(parent, name)),
  );
  for (const group of groups) {
    await until(`${group} is empty`, REMOVE_LIMIT_MS, () => {
      removeGroup(group);
      return Promise.resolve(true);
    });
  }
}

/** The kernel's files in it are not to be removed, and go with it. */
function removeGroup(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(join(path, entry.name));
  }
  rmdirSync(path);
}
