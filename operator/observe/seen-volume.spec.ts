import { strictEqual } from 'node:assert/strict';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import type { Labels, Reader, Resource } from '../kube/api.ts';
import { NODES } from '../resources/kinds.ts';
import { ownerReference } from '../resources/metadata.ts';
import type { PersistentVolume } from '../resources/kubernetes.ts';
import { seenVolume } from './seen-volume.ts';

type Terms = NonNullable<
  NonNullable<NonNullable<PersistentVolume['spec']>['nodeAffinity']>['required']
>['nodeSelectorTerms'];

const HOSTNAME = 'kubernetes.io/hostname';
const on = (...hosts: readonly string[]): Terms[number] => ({
  matchExpressions: [{ key: HOSTNAME, operator: 'In', values: [...hosts] }],
});
const claim = { metadata: { name: 'data-demo-meta-0' }, spec: { volumeName: 'pv' } };

/** One volume of these terms, and nodes of these hosts, which are called otherwise. */
const readerOf = (terms: Terms, hosts: readonly string[]): Reader => ({
  get: <Shape>() =>
    Promise.resolve({
      spec: { nodeAffinity: { required: { nodeSelectorTerms: terms } } },
    } as Shape),
  list: <Shape>({ plural }: Resource<Shape>, _namespace: string | undefined, labels: Labels) => {
    strictEqual(plural, NODES.plural);
    const there = hosts.filter((host) => host === labels[HOSTNAME]);
    return Promise.resolve(
      there.map((host) => ({ metadata: { name: `node-of-${host}` } }) as Shape),
    );
  },
});

const isLost = async (terms: Terms, hosts: readonly string[], inUse = false): Promise<boolean> => {
  const placed = { ordinal: 0, object: claim };
  const volume = await seenVolume(readerOf(terms, hosts), sampleCluster(), placed, {
    inUse,
    statefulSet: undefined,
  });
  return volume.nodeLost;
};

describe('the node of a volume', () => {
  const cases: readonly [what: string, terms: Terms, hosts: readonly string[], lost: boolean][] = [
    ['is there under another name than its host', [on('a')], ['a', 'b'], false],
    ['is gone', [on('a')], ['b'], true],
    ['is one of several that are gone', [on('a', 'b'), on('c')], ['d'], true],
    ['is one of several, of which one is there', [on('a', 'b'), on('c')], ['c'], false],
    ['is nobody in particular', [], [], false],
    ['is said otherwise than by its host', [on('a'), { matchExpressions: [] }], [], false],
  ];
  for (const [what, terms, hosts, lost] of cases) {
    it(`${what}: ${lost ? 'lost' : 'not lost'}`, async () => {
      strictEqual(await isLost(terms, hosts), lost);
    });
  }

  it('is there while a pod runs on it, whatever nodes are listed', async () => {
    strictEqual(await isLost([on('a')], [], true), false);
  });
});

describe('a volume', () => {
  const mine = ownerReference(sampleCluster());
  const cases = [
    ['that nobody owns stays', [], false],
    ['of this resource stays', [mine], false],
    ['of a resource of this name that is no more goes', [{ ...mine, uid: 'before' }], true],
    ['of both stays', [{ ...mine, uid: 'before' }, mine], false],
    ['that somebody else owns stays', [{ ...mine, name: 'other', uid: 'x' }], false],
  ] as const;
  for (const [what, ownerReferences, leaving] of cases) {
    it(what, async () => {
      const object = { metadata: { ...claim.metadata, ownerReferences: [...ownerReferences] } };
      const placed = { ordinal: 0, object };
      const volume = await seenVolume(readerOf([], []), sampleCluster(), placed, {
        inUse: true,
        statefulSet: undefined,
      });
      strictEqual(volume.leaving, leaving);
    });
  }
});

describe('a volume and its StatefulSet', () => {
  const cases = [
    ['was made for it', '2026-01-01T00:00:10Z', '2026-01-01T00:00:09Z', true],
    ['was made for it in the same second', '2026-01-01T00:00:10Z', '2026-01-01T00:00:10Z', true],
    ['was there before', '2026-01-01T00:00:10Z', '2026-01-01T00:00:11Z', false],
    ['has none', '2026-01-01T00:00:10Z', undefined, false],
  ] as const;
  for (const [what, creationTimestamp, setMade, fresh] of cases) {
    it(what, async () => {
      const placed = { ordinal: 0, object: { metadata: { ...claim.metadata, creationTimestamp } } };
      const statefulSet =
        setMade === undefined ? undefined : { metadata: { creationTimestamp: setMade } };
      const around = { inUse: true, statefulSet };
      const volume = await seenVolume(readerOf([], []), sampleCluster(), placed, around);
      strictEqual(volume.fresh, fresh);
    });
  }
});

describe('a volume that is smaller than the spec wants', () => {
  const cases = [
    ['can grow once it is bound', 'Bound', true, 'small'],
    ['has nothing to grow before', 'Pending', true, 'current'],
    ['has nothing to grow when what was bound is gone', 'Lost', true, 'current'],
    ['stays so where its class says that', 'Bound', false, 'not-expandable'],
    ['stays so before it is bound, too', 'Pending', false, 'not-expandable'],
  ] as const;
  for (const [what, phase, allowVolumeExpansion, size] of cases) {
    it(what, async () => {
      const resources = { requests: { storage: '1Gi' } };
      const spec = { resources, storageClassName: 'fast', volumeName: 'pv' };
      const placed = { ordinal: 0, object: { ...claim, spec, status: { phase } } };
      const reader: Reader = {
        get: <Shape>() => Promise.resolve({ allowVolumeExpansion } as Shape),
        list: () => Promise.resolve([]),
      };
      const around = { inUse: true, statefulSet: undefined };
      strictEqual((await seenVolume(reader, sampleCluster(), placed, around)).size, size);
    });
  }
});
