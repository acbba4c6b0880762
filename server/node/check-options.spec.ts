import assert from 'node:assert/strict';
import { DEFAULT_OPTIONS } from '../raft/options.ts';
import { NODE_OPTIONS } from './testing/node-options.ts';
import { checkNodeOptions } from './check-options.ts';
import type { NodeOptions } from './node.ts';

describe('checkNodeOptions', () => {
  const good: NodeOptions = {
    ...NODE_OPTIONS,
    directory: '9b2f6a1e-6d0c-4b8e-9f5e-3a3f1f0f7f11',
    seed: -7,
    logBytesHeldMax: NODE_OPTIONS.logBytesMax,
  };

  it('takes what can work', () => {
    assert.doesNotThrow(() => checkNodeOptions(good));
  });

  const table: readonly (readonly [Partial<NodeOptions>, string])[] = [
    [
      { core: { ...DEFAULT_OPTIONS, electionTimeoutMs: 0 } },
      'option electionTimeoutMs is a positive integer',
    ],
    [
      { core: { ...DEFAULT_OPTIONS, heartbeatIntervalMs: 334 } },
      'three heartbeats fit into an election timeout',
    ],
    [{ directory: '' }, 'a directory has a UUID'],
    [{ seed: NaN }, 'seed is a safe integer'],
    [{ seed: 0.5 }, 'seed is a safe integer'],
    [{ seed: 2 ** 53 }, 'seed is a safe integer'],
    [{ flushIntervalMs: 0 }, 'option flushIntervalMs is a positive integer'],
    [{ requestTimeoutMs: Infinity }, 'option requestTimeoutMs is a positive integer'],
    [{ scrubBytesPerSecond: -1 }, 'option scrubBytesPerSecond is a positive integer'],
    [
      { logBytesHeldMax: (1 << 20) - 1 },
      'logBytesHeldMax, with a snapshot on its way, is at least logBytesMax',
    ],
  ];
  for (const [part, invariant] of table) {
    it(`refuses ${Object.keys(part).join()} unless ${invariant}`, () => {
      assert.throws(() => checkNodeOptions({ ...good, ...part }), {
        name: 'InvariantError',
        invariant,
      });
    });
  }
});
