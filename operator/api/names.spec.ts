import { ok, strictEqual } from 'node:assert/strict';
import { childNames, podName, podOrdinal, volumeName, volumeOrdinal } from './names.ts';

describe('names', () => {
  it('leaves room for every suffix when the name of the cluster is as long as it may be', () => {
    const longest = 'a'.repeat(40);
    const revision = `${childNames(longest).statefulSet}-${'f'.repeat(10)}`;
    const config = childNames(longest).configMapPrefix + 'f'.repeat(16);
    const names: readonly string[] = Object.values({ ...childNames(longest) });
    for (const name of [...names, podName(longest, 6), revision]) {
      ok(name.length <= 63, name);
    }
    ok(config.length <= 253);
  });

  const cases = [
    [podOrdinal, podName('demo', 10), 10],
    [volumeOrdinal, volumeName('demo', 3), 3],
    [podOrdinal, 'demo-meta-01', undefined],
    [podOrdinal, 'demo-meta-x', undefined],
    [podOrdinal, 'demo-meta', undefined],
    [podOrdinal, 'demo-meta-meta-1', undefined],
    [volumeOrdinal, 'data-other-meta-1', undefined],
    [volumeOrdinal, 'demo-meta-1', undefined],
  ] as const;
  for (const [read, name, ordinal] of cases) {
    it(`${read.name} of ${name} is ${ordinal}`, () => strictEqual(read('demo', name), ordinal));
  }
});
