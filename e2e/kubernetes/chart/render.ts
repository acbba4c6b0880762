/** The chart as helm renders it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { restrictedNamespace } from '../namespace.ts';
import { buildParts } from '../parts/build.ts';

const CHARTS = join(import.meta.dirname, '..', '..', '..', 'charts');
export const CHART = join(CHARTS, 'robustmq-operator');
/** For whoever has no helm. */
export const INSTALL_FILE = join(CHARTS, 'install.yaml');

/** Release and namespace of install.yaml. */
export const RELEASE = 'robustmq-operator';

export interface Said {
  readonly ok: boolean;
  readonly out: string;
  readonly errors: string;
}

/** helm as a person uses it: what it remembers is in `home`. */
export type Helm = (...args: readonly string[]) => Said;

export const helmOf =
  (bin: string, home: string, kubeconfig = '/dev/null'): Helm =>
  (...args) => {
    const { status, stdout, stderr } = spawnSync(bin, args, {
      encoding: 'utf8',
      env: { HOME: home, KUBECONFIG: kubeconfig, PATH: process.env['PATH'] },
    });
    return { ok: status === 0, out: stdout, errors: stderr };
  };

/** Everything that makes the operator, with the namespace that it is in, which has the release's name. */
export async function renderInstall(release = RELEASE): Promise<string> {
  const { helm } = await buildParts(['helm']);
  const args = ['--namespace', release, '--skip-tests', '--kube-version', '1.34.0'];
  const { ok, out, errors } = helmOf(helm, '/nonexistent')('template', release, CHART, ...args);
  if (!ok) throw new Error(`helm template: ${errors}`);
  return `---\n${stringify(restrictedNamespace(release))}${out}`;
}
