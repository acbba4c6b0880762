import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { DEFINITION } from '../definition.ts';
import { startCluster, type OwnCluster } from '../cluster/own-cluster.ts';
import { kubectlOf, type Kubectl } from '../kubectl.ts';
import { CLUSTER_RULES, type Rule } from './rights.ts';
import { makeNamespace } from '../namespace.ts';
import { buildParts } from '../parts/build.ts';
import { API_PARTS } from '../parts/parts.ts';
import { CHART, helmOf, INSTALL_FILE, RELEASE, renderInstall, type Helm } from './render.ts';

const NAMESPACE = 'operators';

/** What may be done, each verb on its own line. */
const linesOf = (rules: readonly Rule[]): readonly string[] =>
  rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`)),
      ),
    )
    .sort();

const WRONG: readonly (readonly [what: string, set: string, says: RegExp])[] = [
  ['a value that does not exist', 'replica=3', /replica/],
  ['no replicas', 'replicas=0', /replicas/],
  ['the newest image', 'image.tag=latest', /tag/],
  ['an image that cannot be one', 'image.repository=My Image', /repository/],
  ['half a digest', 'image.digest=sha256:abc', /digest/],
  ['a namespace that cannot be one', 'watchNamespace=My_Team', /watchNamespace/],
  ['a level that does not exist', 'logLevel=loud', /logLevel/],
  ['memory that is no quantity', 'resources.limits.memory=much', /memory/],
];

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules?: readonly Rule[];
}

/** On an API server alone: it judges every object, and no pod runs. */
describe('the chart', () => {
  const home = mkdtempSync(join(tmpdir(), 'robustmq-helm-'));
  let cluster: OwnCluster;
  let kubectl: Kubectl;
  let helm: Helm;

  before(async () => {
    const programs = await buildParts([...API_PARTS, 'helm']);
    const name = randomBytes(4).toString('hex');
    cluster = await startCluster({ name, programs, nodes: 0, images: [] }, () => undefined);
    kubectl = kubectlOf(programs.kubectl, cluster.run.kubeconfig);
    helm = helmOf(programs.helm, home, cluster.run.kubeconfig);
    for (const each of [NAMESPACE, 'brokers']) {
      makeNamespace(kubectl, each);
    }
  });
  after(async () => {
    await cluster.end();
    rmSync(home, { recursive: true, force: true });
  });

  const run = (...args: readonly string[]): string => {
    const { ok, out, errors } = helm(...args, '--namespace', NAMESPACE);
    assert.ok(ok, errors);
    assert.doesNotMatch(errors, /would violate PodSecurity/);
    return out;
  };
  const rendered = (...args: readonly string[]): readonly Rendered[] =>
    parseAllDocuments(run('template', RELEASE, CHART, '--kube-version', '1.34.0', ...args)).map(
      (document) => document.toJS() as Rendered,
    );

  for (const [what, set, says] of WRONG) {
    it(`refuses ${what}`, () => {
      const { ok, errors } = helm('template', RELEASE, CHART, '--set', set);
      assert.equal(ok, false);
      assert.match(errors, says);
    });
  }

  it('is what install.yaml was rendered from', async () => {
    const text = readFileSync(INSTALL_FILE, 'utf8');
    assert.equal(text.slice(text.indexOf('\n') + 1), await renderInstall());
  });

  it('asks for the rights that the operator uses, and no others', () => {
    const all = rendered().find(({ kind }) => kind === 'ClusterRole')?.rules ?? [];
    assert.deepEqual(linesOf(all), linesOf(CLUSTER_RULES));
    const one = rendered('--set', 'watchNamespace=brokers');
    const wide = one.find(({ kind }) => kind === 'ClusterRole')?.rules ?? [];
    assert.deepEqual(linesOf(wide), [
      '/nodes list',
      '/persistentvolumes get',
      'storage.k8s.io/storageclasses get',
    ]);
    const within = one.find(({ kind, metadata }) => {
      return kind === 'Role' && metadata.namespace === 'brokers';
    });
    assert.deepEqual([...linesOf(wide), ...linesOf(within?.rules ?? [])].sort(), linesOf(all));
  });

  it('makes a file that is applied as it is', () => {
    kubectl('apply', '--server-side', '-f', INSTALL_FILE);
    kubectl('wait', '--for=condition=Established', DEFINITION);
    const found = kubectl(
      'get',
      'deployments',
      '-n',
      RELEASE,
      '-o=jsonpath={.items[*].metadata.name}',
    );
    assert.equal(found, RELEASE);
    kubectl('delete', '-f', INSTALL_FILE, '--wait=false');
    kubectl('wait', '--for=delete', DEFINITION, '--timeout=60s');
  });

  /** An earlier release as a person would have it: an archive, whose definition takes five members. */
  const packOlder = (): string => {
    const older = join(home, 'older');
    cpSync(CHART, older, { recursive: true });
    const template = join(older, 'templates', 'robustmqclusters.yaml');
    const text = readFileSync(template, 'utf8');
    writeFileSync(template, text.replace('maximum: 7', 'maximum: 5'));
    const version = '0.0.1';
    run('package', older, '--version', version, '--app-version', version, '--destination', home);
    return join(home, `${RELEASE}-${version}.tgz`);
  };
  const clusterOf = (replicas: number) => ({
    apiVersion: 'robustmq.io/v1alpha1',
    kind: 'RobustMQCluster',
    metadata: { name: 'sample', namespace: 'brokers' },
    spec: { meta: { replicas, version: '0.1.0', storage: { size: '1Gi' } } },
  });
  const getCluster = (path: string): string =>
    kubectl('get', 'rmq', 'sample', '-n', 'brokers', `-o=jsonpath={${path}}`);

  it('is installed, brings a newer definition, and leaves it with the clusters', () => {
    run('install', RELEASE, packOlder());
    kubectl('wait', '--for=condition=Established', DEFINITION);
    assert.equal(kubectl.attempt(['apply'], clusterOf(7)).ok, false, 'the older one takes five');
    kubectl.attempt(['apply'], clusterOf(3));
    const identity = '.metadata.uid} {.metadata.generation} {.spec.meta.replicas';
    const before = getCluster(identity);

    run('upgrade', RELEASE, CHART);
    assert.equal(getCluster(identity), before, 'the upgrade itself changes no cluster');
    const { ok, said } = kubectl.attempt(['apply'], clusterOf(7));
    assert.ok(ok, said);

    run('uninstall', RELEASE);
    assert.equal(getCluster('.spec.meta.replicas'), '7');
    assert.equal(kubectl('get', 'deployments', '-n', NAMESPACE, '-o=name'), '');
    run('install', RELEASE, CHART, '--set', 'watchNamespace=brokers');
  });
});
