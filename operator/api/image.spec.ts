import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { compareVersions, isDowngrade, parseImage, parseVersion } from './image.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

describe('parseImage', () => {
  const cases = [
    ['meta:0.1.0', { repository: 'meta', tag: '0.1.0' }],
    [
      'registry:5000/robustmq/meta:0.1.0',
      { repository: 'registry:5000/robustmq/meta', tag: '0.1.0' },
    ],
    [`registry:5000/meta@${digest}`, { repository: 'registry:5000/meta', digest }],
    [`meta:latest@${digest}`, { repository: 'meta', tag: 'latest', digest }],
    ['meta', undefined],
    ['meta:latest', undefined],
    ['registry:5000/meta', undefined],
    ['Meta:1', undefined],
    ['meta@sha256:12', undefined],
    ['', undefined],
  ] as const;
  for (const [reference, image] of cases) {
    it(`reads ${JSON.stringify(reference)}`, () => deepStrictEqual(parseImage(reference), image));
  }
});

describe('compareVersions', () => {
  it('orders as Semantic Versioning 2.0 §11 does', () => {
    const ordered =
      '0.9.9 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.10 1.10.0'.split(
        ' ',
      );
    const versions = ordered.map((text) => parseVersion(text)!);
    for (const [i, a] of versions.entries()) {
      for (const [j, b] of versions.entries()) {
        strictEqual(
          Math.sign(compareVersions(a, b)),
          Math.sign(i - j),
          `${ordered[i]} ${ordered[j]}`,
        );
      }
    }
  });
});

describe('isDowngrade', () => {
  const cases = [
    ['0.10.0', '0.9.0', true],
    ['0.9.0', '0.10.0', false],
    ['1.0.0', '1.0.0-rc.1', true],
    ['1.0.0', 'main', false],
    ['1.0.0', '1.0.0', false],
  ] as const;
  for (const [from, to, is] of cases) {
    it(`${from} → ${to}: ${is}`, () => strictEqual(isDowngrade(from, to), is));
  }
});
