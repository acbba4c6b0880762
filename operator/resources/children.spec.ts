import { deepStrictEqual, notStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { MetaSpec } from '../api/cluster.ts';
import { childNames } from '../api/names.ts';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import { children } from './children.ts';
import { configMap } from './configuration.ts';
import type { BuildContext } from './context.ts';
import { podTemplate } from './pod.ts';
import { statefulSet } from './stateful-set.ts';
import { tlsSecret } from './tls-secret.ts';
import { volumeClaim } from './volume-claim.ts';

const installation: BuildContext['installation'] = {
  imageRepository: 'registry.example:5000/robustmq/meta',
  namespace: 'robustmq-operator',
  podLabels: { 'app.kubernetes.io/name': 'robustmq-operator' },
};

const contextOf = (meta: Partial<MetaSpec> = {}): BuildContext => ({
  cluster: sampleCluster(meta),
  installation,
});

/** Rendered again by `npm run test:golden:update`: whoever changes one restarts every cluster there is. */
const golden: Readonly<Record<string, Partial<MetaSpec>>> = {
  defaults: {},
  'single-without-tls': { replicas: 1, tls: { mode: 'Disabled' } },
  everything: {
    replicas: 5,
    resources: { requests: { cpu: 1, memory: '2Gi' }, limits: { memory: '2Gi' } },
    storage: { size: '100Gi', class: 'fast', onDelete: 'Delete' },
    scheduling: {
      spread: 'Required',
      zones: 'Required',
      nodeSelector: { disk: 'ssd' },
      tolerations: [
        { key: 'dedicated', operator: 'Equal', value: 'robustmq', effect: 'NoSchedule' },
      ],
      priorityClassName: 'important',
    },
    pod: {
      labels: { team: 'brokers' },
      annotations: { 'prometheus.io/scrape': 'true' },
      imagePullSecrets: [{ name: 'registry' }],
      terminationGracePeriodSeconds: 60,
    },
    configuration: { 'raft.election_timeout': '2s', 'limits.requests': '1000' },
    tls: { mode: 'Secret', secretName: 'own-certificates' },
    clients: {
      from: [
        { namespaceSelector: { matchLabels: { role: 'apps' } } },
        { ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.1/32'] } },
      ],
    },
  },
};

/** What of a cluster that goes on stands nowhere else. */
const begun = {
  meta: {
    version: undefined,
    image: 'registry.example:5000/robustmq/meta:0.1.0',
    scheduling: { spread: 'Preferred', zones: 'Ignored' },
  } as never,
  bootstrap: { clusterId: 'c1', directory: 'd1' },
  volume: { size: '20Gi', owned: true },
} as const;

const textOf = (objects: readonly unknown[]): string =>
  objects
    .map((each) => stringify(each, { aliasDuplicateObjects: false, lineWidth: 0 }))
    .join('---\n');

function assertGolden(name: string, objects: readonly unknown[]): void {
  const text = textOf(objects);
  const file = join(import.meta.dirname, 'testdata', `${name}.yaml`);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  strictEqual(text, readFileSync(file, 'utf8'));
}

describe('children', () => {
  for (const [name, meta] of Object.entries(golden)) {
    it(`are rendered as in testdata/${name}.yaml`, () => {
      const context = contextOf(meta);
      const set = statefulSet(context, { replicas: context.cluster.spec.meta.replicas });
      assertGolden(name, [...children(context), set]);
    });
  }

  it('are rendered as in testdata/begun.yaml once a cluster has begun and its volumes have grown', () => {
    const { meta, bootstrap, volume } = begun;
    const context = contextOf(meta);
    const set = statefulSet(context, { replicas: 3, bootstrap, volumeSize: volume.size });
    assertGolden('begun', [set, volumeClaim(context.cluster, 'data-demo-meta-0', volume)]);
  });

  it('are rendered as in testdata/certificates.yaml where certificates are managed', () => {
    const { cluster } = contextOf();
    const data = { 'tls.crt': 'Y2VydA==', 'tls.key': 'a2V5', 'ca.crt': 'Y2E=' };
    const names = childNames(cluster.metadata.name);
    const secrets = [names.tlsSecret, names.authoritySecret, names.operatorTlsSecret];
    const rendered = secrets.map((name) => tlsSecret(cluster, name, data));
    assertGolden('certificates', rendered);
  });

  it('have no disruption budget for a single member', () => {
    const kinds = (replicas: number): boolean =>
      children(contextOf({ replicas })).some(({ kind }) => kind === 'PodDisruptionBudget');
    deepStrictEqual([kinds(1), kinds(2)], [false, true]);
  });

  it('are the same whatever the order in which settings and labels were written', () => {
    const one = configMap(
      contextOf({ configuration: { 'log.level': 'debug', 'limits.key': '1KiB' } }),
    );
    const other = configMap(
      contextOf({ configuration: { 'limits.key': '1KiB', 'log.level': 'debug' } }),
    );
    deepStrictEqual(one, other);
  });

  it('have another configuration object for every other setting', () => {
    const one = configMap(contextOf({ configuration: { 'log.level': 'debug' } }));
    notStrictEqual(one.metadata?.name, configMap(contextOf()).metadata?.name);
    strictEqual(one.immutable, true);
  });

  it('name a configuration in the pods that is there', () => {
    const context = contextOf();
    const names = podTemplate(context).spec?.volumes?.flatMap(
      ({ configMap: map }) => map?.name ?? [],
    );
    deepStrictEqual(names, [configMap(context).metadata?.name]);
  });

  it('do not let labels of a person stand in for those that select', () => {
    const labels = { 'app.kubernetes.io/instance': 'other' };
    const context = contextOf({ pod: { labels, terminationGracePeriodSeconds: 30 } });
    strictEqual(podTemplate(context).metadata?.labels?.['app.kubernetes.io/instance'], 'demo');
  });

  it('survive JSON: no value is undefined', () => {
    for (const meta of Object.values(golden)) {
      const all = children(contextOf(meta));
      deepStrictEqual(JSON.parse(JSON.stringify(all)), all);
    }
  });
});

describe('podTemplate', () => {
  it('meets the restricted Pod Security level', () => {
    const spec = podTemplate(contextOf(golden['everything'])).spec!;
    strictEqual(spec.securityContext?.runAsNonRoot, true);
    ok((spec.securityContext.runAsUser ?? 0) > 0);
    strictEqual(spec.securityContext.seccompProfile?.type, 'RuntimeDefault');
    for (const { securityContext } of spec.containers) {
      strictEqual(securityContext?.allowPrivilegeEscalation, false);
      deepStrictEqual(securityContext.capabilities, { drop: ['ALL'] });
      strictEqual(securityContext.privileged, undefined);
    }
    for (const key of ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers'] as const) {
      strictEqual(spec[key], undefined);
    }
    const allowed = new Set(['name', 'configMap', 'secret']);
    for (const volume of spec.volumes ?? []) {
      for (const kind of Object.keys(volume)) ok(allowed.has(kind), kind);
    }
  });
});
