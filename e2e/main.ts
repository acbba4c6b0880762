/**
 * `npm run e2e`: every suite that needs more than Node (`*.e2e.ts`): root, Go, FUSE, a browser. They
 * run in namespaces of their own, of which nothing is left however this ends.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import CountingSpec from '../.ci/reporter.ts';
import { buildLoadgen } from './bench/loadgen.ts';
import { buildFaultyDisk } from './chaos/faulty-disk.ts';
import { createPorcupine } from './chaos/porcupine.ts';
import { CLUSTER_TOOLS } from './kubernetes/cluster/own-cluster.ts';
import { buildProjectImage } from './kubernetes/image/project-image.ts';
import { buildParts } from './kubernetes/parts/build.ts';
import { ALL_PARTS } from './kubernetes/parts/parts.ts';
import { findChromium } from './page/stage.ts';
import { buildProgram } from './processes/build-program.ts';
import { MissingToolError } from './processes/missing-tool.ts';
import { enterNamespaces, requireTools } from './processes/namespaces.ts';

const TIMEOUT_MS = 120_000;
const ROOT = join(import.meta.dirname, '..');

const IN_KUBERNETES = ['e2e/demo/', 'e2e/kubernetes/'];
/** Those that start members or the operator as production does, from `dist`. */
const BUILT = ['e2e/endurance/', 'e2e/kubernetes/crowd/', 'e2e/learner/', 'e2e/overload/'];

const LOADED = ['e2e/learner/'];

const [only = ''] = process.argv.slice(2);
const files = globSync('e2e/**/*.e2e.ts', { cwd: ROOT }).filter((file) => file.includes(only));
const isAnyIn = (folders: readonly string[]): boolean =>
  files.some((file) => folders.some((folder) => file.startsWith(folder)));

try {
  findChromium();
  requireTools(['ip', 'mkfs.ext4']);
  // While the Internet is there still.
  buildFaultyDisk();
  createPorcupine();
  if (isAnyIn(LOADED)) buildLoadgen();
  if (isAnyIn(BUILT)) buildProgram();
  if (isAnyIn(IN_KUBERNETES)) {
    requireTools(CLUSTER_TOOLS);
    await buildParts(ALL_PARTS);
    buildProjectImage((step) => console.error(step));
  }
  enterNamespaces();
} catch (error) {
  if (!(error instanceof MissingToolError)) throw error;
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const mocha = new Mocha({
  reporter: CountingSpec,
  ...{ timeout: TIMEOUT_MS, retries: 0, failZero: true },
  ...{ forbidOnly: true, forbidPending: true },
});
for (const file of files.sort()) mocha.addFile(join(ROOT, file));
await mocha.loadFilesAsync();
// What a suite left open, such as a browser, does not keep this process.
mocha.run((failures) => process.exit(failures === 0 ? 0 : 1));
