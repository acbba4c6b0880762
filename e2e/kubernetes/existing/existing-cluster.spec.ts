import { deepEqual, equal, rejects } from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findContext, leaveCluster, reachBeyond, useCluster } from './existing-cluster.ts';

const IMAGE = { name: 'localhost/robustmq-meta:1', archive: '/image.tar' };

/** kubectl and kind are programs that write down what they were asked. */
describe('a cluster that is there', () => {
  const { PATH = '', TMPDIR } = process.env;
  let directory: string;

  const calls = (): readonly string[] =>
    readFileSync(join(directory, 'calls'), 'utf8').trimEnd().split('\n');
  const provide = (program: string, script: string): void => {
    const text = `#!/bin/sh\necho ${program} "$@" >> '${directory}/calls'\n${script}\n`;
    writeFileSync(join(directory, program), text, { mode: 0o755 });
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'meta-existing-'));
    process.env['PATH'] = `${directory}${delimiter}${PATH}`;
    process.env['TMPDIR'] = directory;
    provide('kind', '');
    provide(
      'kubectl',
      'case "$*" in *get-contexts*) printf "prod\\nkind-dev\\n";; *view*) echo "{}";; esac',
    );
  });
  afterEach(() => {
    process.env['PATH'] = PATH;
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    rmSync(directory, { recursive: true });
  });

  it('is found by the name that kind, k3d or minikube gave it, and no other is', () => {
    equal(findContext(), 'kind-dev');
    provide('kubectl', 'printf "prod\\nmy-kind-of-cluster\\n"');
    equal(findContext(), undefined);
  });

  it('is looked for among those that answer', () => {
    const contexts = '*get-contexts*) printf "kind-stopped\\nminikube\\n"';
    provide('kubectl', `case "$*" in ${contexts};; *kind-stopped*) exit 1;; esac`);
    equal(findContext(), 'minikube');
  });

  it('is used in a namespace of its own, and given the image', async () => {
    const { kubeconfig } = await useCluster('one', 'kind-dev', IMAGE);
    const own = `kubectl --kubeconfig=${kubeconfig}`;
    deepEqual(calls(), [
      'kubectl config view --minify --flatten --context=kind-dev',
      `${own} config set-context kind-dev --namespace=robustmq-one`,
      `${own} create namespace robustmq-one`,
      'kind load image-archive /image.tar --name dev',
    ]);
    equal(await leaveCluster('one'), true);
    equal(calls().at(-1), `${own} delete namespace robustmq-one --ignore-not-found --wait`);
    equal(await leaveCluster('one'), false);
  });

  describe('in which an operator was installed', () => {
    const leave = async (clusters: string): Promise<readonly string[]> => {
      const own = await useCluster('one', 'kind-dev');
      reachBeyond(own);
      provide(
        'kubectl',
        `case "$*" in *"get custom"*) echo crd/ours;; *"get robust"*) echo "${clusters}";; esac`,
      );
      equal(await leaveCluster('one'), true);
      const before = `kubectl --kubeconfig=${own.kubeconfig} `;
      return calls().flatMap((call) => (call.includes(' delete ') ? call.replace(before, '') : []));
    };
    const EVERYTHING = [
      'delete namespace robustmq-one --ignore-not-found --wait',
      'delete clusterroles,clusterrolebindings --selector=app.kubernetes.io/instance=robustmq-one',
    ];

    it('keeps nothing of it', async () => {
      deepEqual(await leave(''), [...EVERYTHING, 'delete crd/ours']);
    });

    it('keeps the definition when somebody else has a cluster by it', async () => {
      deepEqual(await leave('robustmqcluster.robustmq.io/theirs'), EVERYTHING);
    });
  });

  it('is left alone when it cannot be given the image', async () => {
    await rejects(useCluster('two', 'prod', IMAGE), /Say by --image which image prod can pull/);
    deepEqual(readdirSync(directory).sort(), ['kind', 'kubectl']);
  });

  it('is left alone when the namespace belongs to somebody else', async () => {
    provide('kubectl', 'case "$*" in *create*) echo AlreadyExists >&2; exit 1;; esac');
    await rejects(useCluster('three', 'kind-dev', IMAGE), /AlreadyExists/);
    equal(await leaveCluster('three'), false);
    equal(calls().filter((call) => call.includes('delete')).length, 0);
  });
});
