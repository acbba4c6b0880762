/**
 * Bundles what is run in production into dist/, and copies beside it the files that it reads: of a
 * thousand modules, each one looked for, read and compiled by itself, a start would take twice as long.
 */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** Packages that read files beside them, machine code among these. */
const LEFT_OUT = [
  ...['@grpc/proto-loader', '@grpc/reflection', 'grpc-health-check'],
  ...['classic-level', 'koffi'],
];

/** Paths that the bundler leaves behind: what starts it, the page that browsers read, schemas, the version. */
const FILES = [
  'server/robustmq-meta',
  'operator/robustmq-operator',
  'server/observe/page',
  'proto/meta',
  'proto/robustmq',
  'package.json',
];

/**
 * Node's own modules by `require`: an `import` of `node:http` looks at all that this has, and loads what is
 * only loaded when it is looked at, which takes a tenth of a second.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup: (bundler) => {
    bundler.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    bundler.onLoad({ filter: /^/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['server/start.ts', 'operator/start.ts'],
  outbase: root,
  outdir: dist,
  chunkNames: 'chunks/[name]-[hash]',
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node24' },
  ...{ external: LEFT_OUT, plugins: [builtins], sourcemap: true, logLevel: 'warning' },
  // Packages in the older form of modules call for Node's own by it.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
for (const file of FILES) {
  cpSync(join(root, file), join(dist, file), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  });
}
