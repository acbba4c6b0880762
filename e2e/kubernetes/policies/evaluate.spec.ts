import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { NetworkPolicy } from '../../../operator/resources/kubernetes.ts';
import { parseTracked } from './connections.ts';
import { allows, type Endpoint } from './evaluate.ts';

const RENDERED = join(
  import.meta.dirname,
  ...['..', '..', '..', 'operator', 'resources', 'testdata', 'defaults.yaml'],
);
const POLICY = parseAllDocuments(readFileSync(RENDERED, 'utf8'))
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
};

/** Who reaches which ports of a member. */
const TABLE: readonly (readonly [from: string, ports: readonly number[]])[] = [
  ['another member', [1228, 1230, 58081]],
  ['a member of another cluster', [1228, 58081]],
  ['a pod of this namespace', [1228, 58081]],
  ['a pod of another namespace', [58081]],
  ['the operator', [1230, 58081]],
  ['one that calls itself operator elsewhere', [58081]],
  ['kubelet', [58081]],
];

describe('the policy of a cluster', () => {
  for (const [from, ports] of TABLE) {
    it(`lets ${from} reach ${ports.join(', ')}`, () => {
      const reached = [1228, 1230, 58081].filter((port) =>
        allows(POLICY, { from, to: 'member', port }, (address) => ENDPOINTS[address]),
      );
      assert.deepEqual(reached, ports);
    });
  }

  it('says nothing of others', () => {
    const connection = { from: 'member', to: 'a pod of another namespace', port: 1 };
    assert.ok(allows(POLICY, connection, (address) => ENDPOINTS[address]));
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
