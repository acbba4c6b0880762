import assert from 'node:assert/strict';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import { childMetadata, ownerReference } from '../resources/metadata.ts';
import { ownershipOf } from './ownership.ts';
import type { Owned } from './ownership.ts';

const cluster = sampleCluster();
const mine = ownerReference(cluster);

const CASES = [
  ['of what this resource controls', { ...mine, controller: true }, 'ours'],
  [
    'of what another resource of this name left',
    { ...mine, uid: 'before', controller: true },
    'leaving',
  ],
  [
    'of what another resource controls',
    { ...mine, name: 'other', uid: 'x', controller: true },
    'foreign',
  ],
  [
    'of what another kind of this name controls',
    { ...mine, kind: 'Deployment', uid: 'x', controller: true },
    'foreign',
  ],
] as const;

describe('ownership', () => {
  for (const [what, owner, ownership] of CASES) {
    it(what, () =>
      assert.equal(ownershipOf(cluster, { metadata: { ownerReferences: [owner] } }), ownership),
    );
  }

  const { labels } = childMetadata(cluster, 'demo-meta-tls');
  const others = [{ ...mine, uid: 'another', controller: false }];
  const UNCONTROLLED = [
    ['left behind, as its labels say', { labels }, 'ours'],
    ['left behind, and others own', { labels, ownerReferences: others }, 'ours'],
    ['left behind without an owner', { labels, ownerReferences: [] }, 'ours'],
    ['made by hand', {}, 'foreign'],
    ['that others own alone', { ownerReferences: others }, 'foreign'],
    [
      'that a chart of this name made',
      { labels: { ...labels, 'app.kubernetes.io/managed-by': 'Helm' } },
      'foreign',
    ],
    [
      'left behind by a resource of another name',
      { labels: { ...labels, 'app.kubernetes.io/instance': 'other' } },
      'foreign',
    ],
  ] as const;
  for (const [what, metadata, ownership] of UNCONTROLLED) {
    it(`of what nobody controls: ${what}`, () =>
      assert.equal(ownershipOf(cluster, { metadata: metadata as Owned['metadata'] }), ownership));
  }
});
