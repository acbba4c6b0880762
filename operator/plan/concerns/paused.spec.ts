import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

const rows: readonly Row[] = [
  [
    'changes nothing',
    {
      pods: THREE,
      meta: { replicas: 5 },
      cluster: (each) => ({ ...each, spec: { ...each.spec, paused: true } }),
    },
    'wait Paused: spec.paused is true',
  ],
];

describe('paused', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
