import assert from 'node:assert/strict';
import { Registry } from 'prom-client';
import { logStoreContract } from '../../ports/contract/log-store.contract.ts';
import { stateStoreContract } from '../../ports/contract/state-store.contract.ts';
import { EMPTY_CONFIGURATION } from '../../raft/membership/configuration.ts';
import { ORIGIN, toIndex, toTerm } from '../../raft/ids.ts';
import { faultless } from '../../storage/memory/disk-policy.ts';
import type { DiskFate } from '../../storage/memory/disk-policy.ts';
import { createMemoryLogStore } from '../../storage/memory/log-store.ts';
import { crash, createMemoryDisk } from '../../storage/memory/memory-disk.ts';
import { createMemoryStateStore } from '../../storage/memory/state-store.ts';
import { createStoreMeter } from './stores.ts';
import type { StoreMeter } from './stores.ts';

const meterOf = (nowMs = () => 0): StoreMeter =>
  createStoreMeter(new Registry(), { nowMs, logAppend: { observe: () => undefined } });

logStoreContract('The timed log', () => {
  const disk = createMemoryDisk({ policy: faultless(setImmediate) });
  return {
    create: () => meterOf().timeLog(createMemoryLogStore(disk)),
    crash: () => crash(disk, () => true),
    tear: () => crash(disk, ({ inFlight }) => (inFlight ? 'torn' : true)),
    dispose: () => undefined,
  };
});

stateStoreContract('The timed state', () => {
  const disk = createMemoryDisk({ policy: faultless(setImmediate), chunkBytesMax: 1_000 });
  return {
    create: () => meterOf().timeState(createMemoryStateStore(disk)),
    crash: () => crash(disk, () => true),
    tear: () => crash(disk, ({ inFlight }) => (inFlight ? 'torn' : true)),
    dispose: () => undefined,
  };
});

/** Stores on a disk whose operations end when the test says, at a time that the test says. */
function createBench() {
  const running: ((fate: DiskFate) => void)[] = [];
  const disk = createMemoryDisk({
    policy: { submit: (_operation, complete) => void running.push(complete) },
  });
  const registry = new Registry();
  const slow: unknown[] = [];
  const appendMs: number[] = [];
  let nowMs = 1_000;
  const meter = createStoreMeter(registry, {
    nowMs: () => nowMs,
    logAppend: { observe: (value) => void appendMs.push(value) },
    slow: { boundMs: 100, tell: (store, durationMs) => void slow.push([store, durationMs]) },
  });
  const log = meter.timeLog(createMemoryLogStore(disk));
  const state = meter.timeState(createMemoryStateStore(disk));
  const end = (fate: DiskFate = 'done'): void => running.shift()?.(fate);
  log.open(() => undefined);
  end();
  state.open(() => undefined);
  end();
  const sample = async (name: string): Promise<string | undefined> =>
    (await registry.metrics()).split('\n').find((line) => line.startsWith(`${name} `));
  const pass = (ms: number): number => (nowMs += ms);
  return { log, state, meter, end, pass, slow, appendMs, sample };
}

const entry = {
  index: toIndex(1),
  term: toTerm(1),
  kind: 'command',
  data: new Uint8Array(),
} as const;
const position = { ...ORIGIN, configuration: EMPTY_CONFIGURATION, configurationIndex: toIndex(0) };
const nobody = (): undefined => undefined;

describe('Timed stores', () => {
  it('know the age of a write that the disk has not answered', async () => {
    const { log, state, meter, end, pass, sample } = createBench();
    assert.equal(meter.logWriteAgeMs(), undefined);
    log.append({ entries: [entry] }, nobody);
    pass(40);
    assert.deepEqual([meter.logWriteAgeMs(), meter.stateWriteAgeMs()], [40, undefined]);
    assert.equal(
      await sample('robustmq_meta_log_write_age_seconds'),
      'robustmq_meta_log_write_age_seconds 0.04',
    );
    end();
    assert.equal(meter.logWriteAgeMs(), undefined);
    state.write(new Map(), position, nobody);
    pass(7);
    assert.equal(meter.stateWriteAgeMs(), 7);
  });

  it('measure how long appends and flushes took', async () => {
    const { log, state, end, pass, sample, appendMs } = createBench();
    log.append({ entries: [entry] }, nobody);
    pass(3);
    end();
    state.write(new Map(), position, nobody);
    pass(20);
    end();
    assert.deepEqual(appendMs, [3]);
    assert.match(String(await sample('robustmq_meta_log_sync_duration_seconds_sum')), / 0\.003$/);
    assert.match(String(await sample('robustmq_meta_state_flush_duration_seconds_sum')), / 0\.02$/);
  });

  it('count failures, and tell of what is slow', async () => {
    const { log, end, pass, slow, sample } = createBench();
    log.append({ entries: [entry] }, nobody);
    pass(101);
    end('failed');
    assert.match(String(await sample('robustmq_meta_log_sync_failures_total')), / 1$/);
    assert.deepEqual(slow, [['log', 101]]);
  });

  it('wait for nothing any more once they are closed', () => {
    const { log, meter, end, pass } = createBench();
    log.append({ entries: [entry] }, nobody);
    pass(5);
    log.close(nobody);
    assert.equal(meter.logWriteAgeMs(), 5, 'closing waits for the same disk');
    end();
    end();
    assert.equal(meter.logWriteAgeMs(), undefined);
  });
});
