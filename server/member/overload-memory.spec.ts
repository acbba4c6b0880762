import assert from 'node:assert/strict';
import { createMemoryRelief } from './overload-memory.ts';

describe('createMemoryRelief', () => {
  it('collects under pressure only, and spends little of the time on it', () => {
    let nowMs = 0;
    let usedBytes = 100;
    const collectedMs: number[] = [];
    const relieve = createMemoryRelief({
      nowMs: () => nowMs,
      limitBytes: 1_000,
      usedBytes: () => usedBytes,
      collect: () => {
        collectedMs.push(nowMs);
        nowMs += 10;
      },
    });
    for (; nowMs < 100; nowMs += 1) relieve();
    assert.deepEqual(collectedMs, []);
    usedBytes = 900;
    for (; nowMs < 250; nowMs += 1) relieve();
    assert.deepEqual(collectedMs, [100, 170, 240]);
  });
});
