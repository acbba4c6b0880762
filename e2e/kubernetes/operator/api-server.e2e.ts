import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { KubeConfig } from '@kubernetes/client-node';
import { createConnection, type Connection } from '../../../operator/kube/client/connection.ts';
import { createKubernetes } from '../../../operator/kube/client/kubernetes.ts';
import type { Kubernetes, Resource } from '../../../operator/kube/api.ts';
import { KubeError } from '../../../operator/kube/kube-error.ts';
import { createRecorder } from '../../../operator/kube/events/recorder.ts';
import { leaseObject } from '../../../operator/kube/lease/lease-object.ts';
import { startReflector } from '../../../operator/kube/reflector/reflector.ts';
import { createStore, type Kept, type Store } from '../../../operator/kube/reflector/store.ts';
import { DEFINITION } from '../definition.ts';
import { until } from '../../processes/until.ts';
import { backUp, restore } from '../cluster/older-state.ts';
import { startCluster, type OwnCluster } from '../cluster/own-cluster.ts';
import { endProgram } from '../cluster/programs.ts';
import { kubectlOf, untilReady, type Kubectl } from '../kubectl.ts';
import { buildParts } from '../parts/build.ts';
import { API_PARTS } from '../parts/parts.ts';
import { startWire, type Wire } from './wire.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const LIMIT_MS = 30_000;
const NAMESPACE = 'default';

interface ConfigMap extends Kept {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly data?: Readonly<Record<string, string>>;
}
const CONFIG_MAPS: Resource<ConfigMap> = {
  ...{ apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
};
const configMap = (name: string, data: Record<string, string>, more: object = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { app: 'tried' }, ...more },
  data,
});
const at = (name: string) => ({ namespace: NAMESPACE, name });

describe('the operator, on a real API server', () => {
  let cluster: OwnCluster;
  let kubectl: Kubectl;
  let wire: Wire;
  let connection: Connection;
  let kubernetes: Kubernetes;

  before(async () => {
    const programs = await buildParts(API_PARTS);
    const name = randomBytes(4).toString('hex');
    cluster = await startCluster({ name, programs, nodes: 0, images: [] }, () => undefined);
    kubectl = kubectlOf(programs.kubectl, cluster.run.kubeconfig);
    const config = new KubeConfig();
    config.loadFromFile(cluster.run.kubeconfig);
    const own = config.getCurrentCluster()!;
    const { hostname, port } = new URL(own.server);
    wire = await startWire({ host: hostname, port: Number(port) });
    Object.assign(own, { server: `https://127.0.0.1:${wire.port}` });
    connection = createConnection(config);
    kubernetes = createKubernetes(connection, 'tried');
  });
  after(async () => {
    connection.close();
    await wire.close();
    await cluster.end();
  });

  const isKubeError = (code: string) => (error: unknown) =>
    error instanceof KubeError && error.code === code;

  describe('objects', () => {
    it('are made, changed, and lose what is named no more', async () => {
      const made = await kubernetes.apply(
        CONFIG_MAPS,
        configMap('one', { a: '1', b: '2' }),
        at('one'),
      );
      assert.deepEqual(made.data, { a: '1', b: '2' });
      await kubernetes.apply(CONFIG_MAPS, configMap('one', { b: '3' }), at('one'));
      assert.deepEqual((await kubernetes.get(CONFIG_MAPS, at('one')))?.data, { b: '3' });
    });

    it('are left as they are by a dry run, and by what they are already', async () => {
      const before = await kubernetes.get(CONFIG_MAPS, at('one'));
      const tried = await kubernetes.apply(CONFIG_MAPS, configMap('one', { c: '4' }), at('one'), {
        dryRun: true,
      });
      assert.deepEqual(tried.data, { c: '4' });
      await kubernetes.apply(CONFIG_MAPS, configMap('one', { b: '3' }), at('one'));
      assert.deepEqual(await kubernetes.get(CONFIG_MAPS, at('one')), before);
    });

    it('are changed over the version that was seen, or not at all', async () => {
      const old = await kubernetes.get(CONFIG_MAPS, at('one'));
      const { resourceVersion } = old!.metadata!;
      await kubernetes.apply(
        CONFIG_MAPS,
        configMap('one', { d: '5' }, { resourceVersion }),
        at('one'),
      );
      await assert.rejects(
        kubernetes.apply(CONFIG_MAPS, configMap('one', {}, { resourceVersion }), at('one')),
        isKubeError('conflict'),
      );
    });

    it('say what they are in lists, too', async () => {
      const [found] = await kubernetes.list(CONFIG_MAPS, NAMESPACE, { app: 'tried' });
      assert.deepEqual([found?.kind, found?.metadata?.name], ['ConfigMap', 'one']);
    });

    it('are deleted when they are the one that was meant, and may be gone', async () => {
      const { uid = '' } = (await kubernetes.get(CONFIG_MAPS, at('one')))!.metadata!;
      const propagation = 'Background';
      await assert.rejects(
        kubernetes.delete(CONFIG_MAPS, at('one'), { uid: randomUuid(), propagation }),
        isKubeError('conflict'),
      );
      await kubernetes.delete(CONFIG_MAPS, at('one'), { uid, propagation });
      await kubernetes.delete(CONFIG_MAPS, at('one'), { uid, propagation });
      assert.equal(await kubernetes.get(CONFIG_MAPS, at('one')), undefined);
    });

    it('that are wrong are refused, and those without a namespace missing', async () => {
      const wrong = { ...configMap('two', {}), data: { a: 1 } } as unknown as ConfigMap;
      await assert.rejects(
        kubernetes.apply(CONFIG_MAPS, wrong, at('two')),
        (error) => error instanceof KubeError && error.code !== 'conflict',
      );
      await assert.rejects(
        kubernetes.apply(CONFIG_MAPS, configMap('two', {}), { namespace: 'nowhere', name: 'two' }),
        isKubeError('missing'),
      );
    });

    it('leave it open what became of them when no answer comes', async () => {
      wire.refuse(true);
      wire.cut();
      await assert.rejects(kubernetes.get(CONFIG_MAPS, at('one')), isKubeError('unknown'));
      wire.refuse(false);
    });
  });

  describe('a reflector', () => {
    const stopping = new AbortController();
    let store: Store;
    const heard: string[] = [];
    const troubles: string[] = [];
    before(async () => {
      store = createStore(({ metadata }) => heard.push(metadata?.name ?? ''));
      await startReflector({
        ...{ connection, store, signal: stopping.signal },
        reflected: { resource: CONFIG_MAPS, namespace: undefined, labels: { app: 'tried' } },
        trouble: (what, why) => troubles.push(`${what}: ${why}`),
        timings: { watchSeconds: 5, beginMs: 2_000, silenceMs: 4_000 },
      }).filled;
    });
    after(() => stopping.abort());

    const put = (name: string, value: string): string =>
      kubectl.attempt(['apply'], {
        ...configMap(name, { value }, { namespace: NAMESPACE, name, labels: { app: 'tried' } }),
      }).said;
    const sees = (name: string, value: string | undefined): Promise<unknown> =>
      until(`${name} is ${value ?? 'gone'}`, LIMIT_MS, () => {
        const seen = store.get(at(name)) as ConfigMap | undefined;
        return Promise.resolve(seen?.data?.['value'] === value);
      });

    const isBack = (): Promise<unknown> => untilReady(kubectl, LIMIT_MS);

    it('hears of what comes, changes and goes', async () => {
      put('seen', '1');
      await sees('seen', '1');
      put('seen', '2');
      await sees('seen', '2');
      kubectl('delete', 'configmap', 'seen');
      await sees('seen', undefined);
    });

    it('keeps nothing of who applied what', () => {
      put('bare', '1');
      return sees('bare', '1').then(() => {
        const { managedFields } = store.get(at('bare'))!.metadata!;
        assert.equal(managedFields, undefined);
      });
    });

    it('goes on after its watch was cut', async () => {
      wire.cut();
      put('cut', '1');
      await sees('cut', '1');
    });

    it('goes on after an API server that was away', async () => {
      wire.refuse(true);
      wire.cut();
      put('away', '1');
      kubectl('delete', 'configmap', 'bare');
      await until('it has tried', LIMIT_MS, () =>
        Promise.resolve(troubles.some((each) => each.startsWith('list configmaps'))),
      );
      wire.refuse(false);
      await Promise.all([sees('away', '1'), sees('bare', undefined)]);
    });

    it('goes on after an API server that was killed, and has forgotten what was before', async () => {
      troubles.length = 0;
      const startAgain = await endProgram(cluster.run.name, '/kube-apiserver', 'SIGKILL');
      await until('it has tried', LIMIT_MS, () =>
        Promise.resolve(troubles.some((each) => each.startsWith('list configmaps'))),
      );
      startAgain();
      await isBack();
      put('killed', '1');
      await sees('killed', '1');
    });

    it('knows what there is in an API server that was restored from an older state', async () => {
      put('kept', '1');
      await sees('kept', '1');
      await backUp(cluster.run.name);
      await isBack();
      put('kept', '2');
      put('undone', '1');
      await Promise.all([sees('kept', '2'), sees('undone', '1')]);
      const { etcdutl } = await buildParts(['etcdutl']);
      await restore(cluster.run.name, etcdutl);
      await Promise.all([sees('kept', '1'), sees('undone', undefined)]);
      await isBack();
      put('undone', '2');
      await sees('undone', '2');
    });

    it('begins anew when its version was forgotten', async () => {
      const told: string[] = [];
      const stop = new AbortController();
      const late = createStore(() => undefined);
      let watches = 0;
      const { filled, stopped } = startReflector({
        ...{ store: late, signal: stop.signal },
        connection: {
          ...connection,
          follow: (asked, ...rest) => {
            watches += 1;
            const query = { ...asked.query, ...(watches === 1 && { resourceVersion: '1' }) };
            return connection.follow({ ...asked, query }, ...rest);
          },
        },
        reflected: { resource: CONFIG_MAPS, namespace: undefined, labels: { app: 'tried' } },
        trouble: (what, why) => told.push(`${what}: ${why}`),
      });
      await filled;
      await until('it watches again', LIMIT_MS, () => Promise.resolve(watches > 1));
      assert.match(told.join(), /^watch configmaps: .*too old resource version/);
      put('forgotten', '1');
      await until('it hears', LIMIT_MS, () => Promise.resolve(late.get(at('forgotten'))));
      stop.abort();
      await stopped;
    });

    it('gives up a watch that has fallen silent', async () => {
      troubles.length = 0;
      wire.hold(true);
      put('silent', '1');
      await until('it has noticed', LIMIT_MS, () => Promise.resolve(troubles.length > 0));
      wire.hold(false);
      await sees('silent', '1');
    });
  });

  it('writes events, and counts up those that come again', async () => {
    const dropped: string[] = [];
    const recorder = createRecorder({
      ...{ connection, controller: 'example.com/tried', instance: 'one' },
      nowMs: () => performance.now(),
      dropped: (why) => dropped.push(why),
    });
    const regarding = { apiVersion: 'v1', kind: 'ConfigMap', uid: randomUuid(), ...at('told') };
    const told = {
      regarding,
      type: 'Normal',
      reason: 'Tried',
      action: 'Try',
      note: 'again',
    } as const;
    for (let n = 0; n < 3; n += 1) recorder.tell(told);
    recorder.tell({ ...told, note: 'another' });
    await recorder.drained();
    assert.deepEqual(dropped, []);
    const path =
      '-o=jsonpath={range .items[?(@.reason=="Tried")]}{.note} {.series.count}{"\\n"}{end}';
    const found = kubectl('get', 'events.events.k8s.io', path)
      .trim()
      .split('\n')
      .map((line) => line.trim());
    assert.deepEqual(found.sort(), ['again 3', 'another']);
  });

  it('gives a Lease to one alone', async () => {
    const [a, b] = ['a', 'b'].map(() => leaseObject(connection, at('tried'), LIMIT_MS));
    assert.equal(await a!.read(), undefined);
    const outcomes = await Promise.allSettled([
      a!.write('a', undefined, 15),
      b!.write('b', undefined, 15),
    ]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const [won] = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const renewed = await a!.write(won!.holder, won, 15);
    await assert.rejects(b!.write('b', won, 15), isKubeError('conflict'));
    const next = await b!.write('c', renewed, 15);
    assert.deepEqual([next.holder, next.transitions], ['c', 1]);
  });

  describe('two processes of it', () => {
    const running: ChildProcess[] = [];
    after(() => running.forEach((child) => child.kill('SIGKILL')));

    /** What a process of the operator said, line by line. */
    interface Process {
      readonly child: ChildProcess;
      readonly events: { readonly event: string }[];
    }

    function startProcess(identity: string): Process {
      const child = spawn(
        process.execPath,
        [
          ...[join(ROOT, 'operator', 'main.ts'), '--kubeconfig', cluster.run.kubeconfig],
          ...['--operator-namespace', NAMESPACE, '--identity', identity],
          ...['--lease-duration', '3s', '--renew-deadline', '2s', '--retry-period', '500ms'],
          ...['--listen-http', '127.0.0.1:0'],
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      running.push(child);
      const events: { event: string }[] = [];
      createInterface(child.stdout).on('line', (line) => {
        events.push(JSON.parse(line) as { event: string });
      });
      return { child, events };
    }
    const says = ({ events }: Process, event: string): Promise<unknown> =>
      until(event, LIMIT_MS, () => Promise.resolve(events.some((each) => each.event === event)));

    it('act one at a time: one that stood still and wakes up does nothing, and ends', async () => {
      kubectl('apply', '-f', join(ROOT, 'crds'));
      kubectl('wait', '--for=condition=Established', DEFINITION);
      const first = startProcess('first');
      await says(first, 'leadership_gained');
      const second = startProcess('second');
      await says(second, 'caches_filled');
      first.child.kill('SIGSTOP');
      await says(second, 'leadership_gained');
      const { ok, said } = kubectl.attempt(['apply'], sample());
      assert.ok(ok, said);
      await says(second, 'waiting');
      const ended = once(first.child, 'exit');
      first.child.kill('SIGCONT');
      assert.deepEqual(await ended, [1, null]);
      const names = first.events.map(({ event }) => event);
      assert.ok(names.includes('leadership_lost') && !names.includes('acted'), names.join(' '));
      const again = startProcess('third');
      await says(again, 'caches_filled');
      const left = once(second.child, 'exit');
      second.child.kill('SIGTERM');
      assert.deepEqual(await left, [0, null]);
      // Given back, and not waited for.
      await says(again, 'leadership_gained');
    });
  });
});

const randomUuid = (): string => crypto.randomUUID();

const sample = (): unknown => ({
  apiVersion: 'robustmq.io/v1alpha1',
  kind: 'RobustMQCluster',
  metadata: { name: 'sample', namespace: NAMESPACE },
  spec: { meta: { version: '0.1.0', storage: { size: '1Gi' }, tls: { mode: 'Disabled' } } },
});
