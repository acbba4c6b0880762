import assert from 'node:assert/strict';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import { ownerReference } from '../resources/metadata.ts';
import { ownershipOf } from './ownership.ts';

const cluster = sampleCluster();
const mine = ownerReference(cluster);

const CASES = [
  ['of what this resource controls', { ...mine, controller: true }, 'ours'],
  ['of what it owns among others', { ...mine, uid: 'another', controller: false }, 'ours'],
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

  it('of what nobody controls', () => assert.equal(ownershipOf(cluster, {}), 'ours'));
});
