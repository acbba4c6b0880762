import { deepStrictEqual } from 'node:assert/strict';
import type { MemberStatus } from '../api/cluster.ts';
import { pictureOf } from './picture.ts';
import { statusOf } from './status.ts';
import { seen } from './testing/seen.ts';
import type { PodWords, Words } from './testing/seen.ts';

const members: MemberStatus[] = [
  { id: 1, directory: 'directory-1', standing: 'Voter', pod: 'demo-meta-0' },
  { id: 2, directory: 'directory-2', standing: 'Voter', pod: 'demo-meta-1' },
];

const namedBy = (...pods: PodWords[]): readonly (number | undefined)[] =>
  (statusOf(pictureOf(seen({ pods, status: { members } })), undefined).members ?? []).map(
    ({ id }) => id,
  );

describe('members in the status', () => {
  it('are those of the configuration', () => {
    deepStrictEqual(namedBy({ id: 1, leads: true }), [1]);
  });

  it('are those that were while none of them answers', () => {
    deepStrictEqual(namedBy({ id: 1, silent: true }, { id: 2, silent: true }), [1, 2]);
    deepStrictEqual(namedBy({ id: 1, silent: true }, { empty: true }), [1, 2]);
  });
});

describe('the cluster in the status', () => {
  const version = '0.1.0';
  const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];
  const cases: readonly (readonly [name: string, words: Words, known: unknown])[] = [
    ['is the one that is found', { pods: THREE }, { clusterId: 'c1', version }],
    [
      'is none whose volumes all go with a resource that is no more',
      { pods: THREE, volumes: (each) => ({ ...each, leaving: true }) },
      {},
    ],
    [
      'is none whose volumes are all being deleted',
      { pods: THREE, volumes: (each) => ({ ...each, deleting: true }) },
      {},
    ],
    [
      'is the one that is known, whatever is being deleted',
      {
        pods: THREE,
        status: { clusterId: 'c1' },
        volumes: (each) => ({ ...each, deleting: true }),
      },
      { clusterId: 'c1', version },
    ],
    [
      'is one of which a volume stays',
      { pods: THREE, volumes: (each) => ({ ...each, deleting: each.ordinal < 2 }) },
      { clusterId: 'c1', version },
    ],
  ];
  for (const [name, words, known] of cases) {
    it(name, () => {
      const { clusterId, version: run } = statusOf(pictureOf(seen(words)), undefined);
      const has = { ...(clusterId && { clusterId }), ...(run && { version: run }) };
      deepStrictEqual(has, known);
    });
  }
});
