import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { delimiter, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFINITION } from '../definition.ts';
import { until } from '../../processes/until.ts';
import { endCluster } from '../cluster/own-cluster.ts';
import { API_VERSION, KIND, type RobustMQCluster } from '../../../operator/api/cluster.ts';
import { leaveCluster, namespaceOf } from '../existing/existing-cluster.ts';
import { isAsSpecified } from '../health/ready.ts';
import type { Kubectl } from '../kubectl.ts';
import { makeNamespace } from '../namespace.ts';
import { lastWords, startGround, type Ground } from './ground.ts';
import { OPERATOR_NAMESPACE } from './installation.ts';

const NAMESPACE = 'brokers';
const CLUSTER = 'sample';
const STEADY_MS = 20_000;
const SETTLE_LIMIT_MS = 60_000;

describe('the operator in a cluster', () => {
  const name = randomBytes(4).toString('hex');
  let ground: Ground;
  let kubectl: Kubectl;

  before(async () => {
    ground = await startGround({ name, own: true }, () => undefined, 'file');
    ({ kubectl } = ground);
    makeNamespace(kubectl, NAMESPACE);
  });
  after(() => endCluster(name));

  const get = (): RobustMQCluster =>
    JSON.parse(kubectl('get', 'rmq', '-n', NAMESPACE, CLUSTER, '-o=json')) as RobustMQCluster;

  async function settled(replicas: number): Promise<RobustMQCluster> {
    try {
      return await until(`${replicas} voters are ready`, SETTLE_LIMIT_MS, () => {
        const cluster = get();
        const { voters, ready } = cluster.status ?? {};
        const all = voters === replicas && ready === `${replicas}/${replicas}`;
        return Promise.resolve(isAsSpecified(cluster) && all && cluster);
      });
    } catch (error) {
      const state = JSON.stringify(get().status, null, 1);
      throw new Error(`${String(error)}\n${state}\n${lastWords(ground)}`, { cause: error });
    }
  }

  const podsOf = (): readonly string[] =>
    kubectl(
      ...['get', 'pods', '-n', NAMESPACE, '-l=app.kubernetes.io/instance=sample'],
      '-o=jsonpath={.items[*].metadata.name}',
    )
      .split(' ')
      .sort();

  const resourceIn = (namespace: string, replicas: number, onDelete = 'Retain') => ({
    ...{ apiVersion: API_VERSION, kind: KIND, metadata: { name: CLUSTER, namespace } },
    spec: {
      meta: {
        ...{ replicas, image: ground.image, tls: { mode: 'Managed' } },
        storage: { size: '1Gi', class: 'pinned', onDelete },
      },
    },
  });

  function apply(object: object): void {
    const { ok, said } = kubectl.attempt(['apply'], object);
    assert.ok(ok, said);
  }

  /** Version of every object there that belongs to the cluster, the resource itself too. */
  function versions(): readonly string[] {
    const kinds =
      'rmq,statefulsets,pods,pvc,configmaps,services,serviceaccounts,networkpolicies,pdb';
    const fields = '{.kind}/{.metadata.name} {.metadata.resourceVersion}';
    return kubectl(
      'get',
      kinds,
      '-n',
      NAMESPACE,
      `-o=jsonpath={range .items[*]}${fields}{"\\n"}{end}`,
    )
      .split('\n')
      .sort();
  }

  it('makes a cluster of three', async () => {
    const begin = performance.now();
    apply(resourceIn(NAMESPACE, 3));
    await settled(3);
    console.log(`      ready after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    assert.deepEqual(podsOf(), ['sample-meta-0', 'sample-meta-1', 'sample-meta-2']);
  });

  it('then writes nothing', async () => {
    const before = versions();
    await sleep(STEADY_MS);
    assert.deepEqual(versions(), before);
  });

  for (const replicas of [5, 3]) {
    it(`scales to ${replicas}`, async () => {
      const begin = performance.now();
      kubectl('scale', 'rmq', '-n', NAMESPACE, CLUSTER, `--replicas=${replicas}`);
      await settled(replicas);
      console.log(`      after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
      await until('pods are gone', SETTLE_LIMIT_MS, () =>
        Promise.resolve(podsOf().length === replicas),
      );
    });
  }

  it('replaces a member whose volume is lost', async () => {
    const pod = 'sample-meta-1';
    const idOf = ({ status }: RobustMQCluster): number =>
      status?.members?.find((each) => each.pod === pod)?.id ?? 0;
    const before = idOf(get());
    assert.ok(before > 0);
    const begin = performance.now();
    kubectl('delete', 'pvc', '-n', NAMESPACE, `data-${pod}`, '--wait=false');
    kubectl('delete', 'pod', '-n', NAMESPACE, pod, '--wait=false');
    await until('it is another member', SETTLE_LIMIT_MS, () => {
      const now = idOf(get());
      return Promise.resolve(now > 0 && now !== before);
    });
    await settled(3);
    console.log(`      after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  });

  it('goes with its namespace when there is no operator any more', () => {
    kubectl('scale', 'deployment/robustmq-operator', '-n', OPERATOR_NAMESPACE, '--replicas=0');
    kubectl('delete', 'namespace', NAMESPACE, '--timeout=60s');
    assert.equal(kubectl('get', 'rmq', '-A', '-o=name'), '');
  });

  describe('of somebody else, as a guest', () => {
    const guest = `g${randomBytes(4).toString('hex')}`;
    const namespace = namespaceOf({ name: guest });
    const { PATH = '', KUBECONFIG } = process.env;
    let foreign: readonly string[];

    /** What there is beside what is in the namespaces of clusters. */
    const installed = (): readonly string[] =>
      ['crd', 'clusterroles', 'clusterrolebindings', 'namespaces', 'deployments,roles,leases']
        .flatMap((kinds) => kubectl('get', kinds, '-A', '-o=name').trim().split('\n'))
        .sort();

    before(() => {
      const { run, kubectl: program } = ground.cluster;
      kubectl('delete', DEFINITION);
      foreign = installed();
      process.env['PATH'] = `${dirname(program)}${delimiter}${PATH}`;
      process.env['KUBECONFIG'] = run.kubeconfig;
    });
    after(async () => {
      await leaveCluster(guest);
      process.env['PATH'] = PATH;
      if (KUBECONFIG === undefined) delete process.env['KUBECONFIG'];
      else process.env['KUBECONFIG'] = KUBECONFIG;
    });

    it('acts in the namespace that is its own, and nowhere else', async () => {
      const context = kubectl('config', 'current-context').trim();
      await startGround({ name: guest, context, image: ground.image }, () => undefined);
      makeNamespace(kubectl, NAMESPACE);
      for (const each of [NAMESPACE, namespace]) apply(resourceIn(each, 1, 'Delete'));
      kubectl('wait', '-n', namespace, `rmq/${CLUSTER}`, '--for=condition=Ready', '--timeout=60s');
      const reasons = '-o=jsonpath={.status.conditions[*].reason}';
      assert.equal(kubectl('get', 'rmq', '-n', NAMESPACE, CLUSTER, reasons), 'Observing');
      assert.equal(kubectl('get', 'pods,statefulsets', '-n', NAMESPACE, '-o=name'), '');
    });

    it('takes volumes away with a cluster that is to keep none', () => {
      const volume = `pvc/data-${CLUSTER}-meta-0`;
      kubectl('get', '-n', namespace, volume);
      kubectl('delete', 'rmq', '-n', namespace, CLUSTER);
      kubectl('wait', '-n', namespace, volume, '--for=delete', '--timeout=60s');
    });

    it('leaves the cluster as it was', async () => {
      kubectl('delete', 'namespace', NAMESPACE, '--timeout=60s');
      await leaveCluster(guest);
      assert.deepEqual(installed(), foreign);
    });
  });
});
