import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { NetworkPolicy } from '../../../operator/resources/kubernetes.ts';
import { parseTracked } from './connections.ts';
import { allows, type Endpoint } from './evaluate.ts';

const RENDERED = join(
  import.meta.dirname,
  ...['..', '..', '..', 'operator', 'resources', 'testdata'],
);
const policyIn = (file: string): NetworkPolicy =>
  parseAllDocuments(readFileSync(join(RENDERED, file), 'utf8'))
    .map((each) => each.toJS() as NetworkPolicy)
    .find(({ kind }) => kind === 'NetworkPolicy')!;

const pod = (namespace: string, labels: Endpoint['labels'] = {}): Endpoint => ({
  ...{ namespace, labels },
  namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
});
const member = (instance: string): Endpoint['labels'] => ({
  'app.kubernetes.io/name': 'robustmq-meta',
  'app.kubernetes.io/instance': instance,
});
const OPERATOR = { 'app.kubernetes.io/name': 'robustmq-operator' };

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  member: pod('brokers', member('demo')),
  'another member': pod('brokers', member('demo')),
  'a member of another cluster': pod('brokers', member('other')),
  'a pod of this namespace': pod('brokers'),
  'a pod of another namespace': pod('elsewhere'),
  'the operator': pod('robustmq-operator', OPERATOR),
  'one that calls itself operator elsewhere': pod('elsewhere', OPERATOR),
  'a pod of a namespace of apps': { ...pod('apps'), namespaceLabels: { role: 'apps' } },
};

type Table = readonly (readonly [from: string, ports: readonly number[]])[];

/** Who reaches which ports of a member. */
const DEFAULTS: Table = [
  ['another member', [1228, 1230, 58081]],
  ['a member of another cluster', [1228, 58081]],
  ['a pod of this namespace', [1228, 58081]],
  ['a pod of another namespace', [58081]],
  ['the operator', [1230, 58081]],
  ['one that calls itself operator elsewhere', [58081]],
  ['kubelet', [58081]],
  ['a pod of a namespace of apps', [58081]],
  ['192.0.2.7', [58081]],
];
/** With `clients.from`: a namespace by its labels, and a range without one of its addresses. */
const WITH_CLIENTS: Table = [
  ['a pod of another namespace', [58081]],
  ['a pod of a namespace of apps', [1228, 58081]],
  ['192.0.2.7', [1228, 58081]],
  ['192.0.2.1', [58081]],
  ['198.51.100.7', [58081]],
];

describe('the policy of a cluster', () => {
  const cases = [
    ['defaults.yaml', DEFAULTS],
    ['everything.yaml', WITH_CLIENTS],
  ] as const;
  for (const [file, table] of cases) {
    for (const [from, ports] of table) {
      it(`of ${file} lets ${from} reach ${ports.join(', ')}`, () => {
        const reached = [1228, 1230, 58081].filter((port) =>
          allows(policyIn(file), { from, to: 'member', port }, (address) => ENDPOINTS[address]),
        );
        assert.deepEqual(reached, ports);
      });
    }
  }

  it('says nothing of others', () => {
    const connection = { from: 'member', to: 'a pod of another namespace', port: 1 };
    assert.ok(allows(policyIn('defaults.yaml'), connection, (address) => ENDPOINTS[address]));
  });
});

describe('connections that the kernel tracks', () => {
  it('are read behind the translation of services', () => {
    const line =
      'ipv4     2 tcp      6 86399 ESTABLISHED src=10.244.1.5 dst=10.96.4.7 sport=41002 dport=1228 src=10.244.2.3 dst=10.244.1.5 sport=1228 dport=41002 [ASSURED] mark=0 zone=0 use=2';
    assert.deepEqual(parseTracked(`${line}\n`), [
      { from: '10.244.1.5', to: '10.244.2.3', port: 1228 },
    ]);
  });
});
