import { deepStrictEqual } from 'node:assert/strict';
import type { MemberStatus } from '../api/cluster.ts';
import { pictureOf } from './picture.ts';
import { statusOf } from './status.ts';
import { seen } from './testing/seen.ts';
import type { PodWords } from './testing/seen.ts';

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
