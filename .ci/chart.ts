/**
 * Generates what the chart has from elsewhere: the definition of the resource, and `charts/install.yaml`,
 * which is the chart as helm renders it with the values that it comes with.
 *
 * With `--check` nothing is written, and what differs is named. It needs no helm: install.yaml says of
 * which sources it was rendered. Exit status 1 if anything differs.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { INSTALL_FILE, renderInstall } from '../e2e/kubernetes/chart/render.ts';

const root = join(import.meta.dirname, '..');
const chart = join(root, 'charts', 'robustmq-operator');
const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8');

/** Upgrades reach it, because it is a template; it stays, because with it all clusters would go. */
function definition(): string {
  const text = read('crds', 'robustmqclusters.yaml');
  const kept = text.replace(
    /^metadata:\n/m,
    'metadata:\n  annotations:\n    helm.sh/resource-policy: keep\n',
  );
  if (kept === text || text.includes('{{'))
    throw new Error('crds/robustmqclusters.yaml has changed its form');
  return `{{- /* Generated from crds/ by .ci/chart.ts. Do not edit: npm run generate */ -}}\n{{- if .Values.crds.install }}\n${kept}{{- end }}\n`;
}

/** Which sources install.yaml is of. */
function sources(): string {
  const hash = createHash('sha256');
  for (const file of globSync('**/*.*', { cwd: chart }).sort()) {
    hash.update(`${file}\n${read('charts', 'robustmq-operator', file)}\n`);
  }
  return `# Rendered from charts/robustmq-operator (sha256 ${hash.digest('hex')}): npm run generate:install\n`;
}

const template = join(chart, 'templates', 'robustmqclusters.yaml');
const { version } = JSON.parse(read('package.json')) as { version: string };
const problems: string[] = [];
if (process.argv.includes('--check')) {
  if (readFileSync(template, 'utf8') !== definition())
    problems.push(`${template} differs: npm run generate`);
  if (!readFileSync(INSTALL_FILE, 'utf8').startsWith(sources())) {
    problems.push('charts/install.yaml is of other sources: npm run generate:install');
  }
  const stated = read('charts', 'robustmq-operator', 'Chart.yaml').matchAll(
    /^(?:v|appV)ersion: (.*)$/gm,
  );
  if ([...stated].some(([, each]) => each !== version)) {
    problems.push(`charts/robustmq-operator/Chart.yaml is not of version ${version}`);
  }
} else {
  writeFileSync(template, definition());
  if (process.argv.includes('--install'))
    writeFileSync(INSTALL_FILE, sources() + (await renderInstall()));
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
