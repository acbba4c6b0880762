/** Where the built program begins. On a Node older than the one it is built for, nothing is loaded. */
import { readFileSync } from 'node:fs';

const EXIT_FAILED = 1;

const majorOf = (version: string): number => Number.parseInt(version, 10);

const { devDependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { readonly devDependencies: { readonly node: string } };
const wanted = majorOf(devDependencies.node);
const found = process.versions.node;

if (majorOf(found) < wanted) {
  console.error(
    `robustmq-operator needs Node ${wanted} or newer, and the node on PATH (${process.execPath}) is ${found}: put a newer one first on PATH, such as node_modules/node/bin of the working copy that it was built in.`,
  );
  process.exit(EXIT_FAILED);
}
await import('./main.ts');
