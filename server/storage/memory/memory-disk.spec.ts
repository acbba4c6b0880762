import assert from 'node:assert/strict';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { Entry } from '../../raft/entry.ts';
import type { Done, Outcome } from '../../ports/outcome.ts';
import type { StoredLog } from '../../ports/log-store.ts';
import type { DiskFate, DiskOperation } from './disk-policy.ts';
import { createMemoryLogStore } from './log-store.ts';
import {
  copyDisk,
  crash,
  createMemoryDisk,
  damageEntry,
  damageRow,
  durableHash,
  durableLog,
  durablePosition,
  pending,
  restore,
  wipe,
} from './memory-disk.ts';
import type { MemoryDiskOptions } from './memory-disk.ts';
import { createMemoryStateStore } from './state-store.ts';

const entry = (index: number, term = 1): Entry => ({
  index: toIndex(index),
  term: toTerm(term),
  kind: 'command',
  data: Uint8Array.of(index),
});

const position = (index: number) => ({
  index: toIndex(index),
  term: toTerm(1),
  configuration: {
    members: [],
    outgoing: [],
    nextMemberId: toMemberId(1),
    trust: 'earlyCampaign' as const,
  },
  configurationIndex: toIndex(0),
});

const row = (key: string, value?: string): Map<string, Uint8Array | undefined> =>
  new Map([[key, value === undefined ? undefined : new TextEncoder().encode(value)]]);

/** A disk whose operations end when, and as, the test says. */
function createStage(options: Omit<MemoryDiskOptions, 'policy'> = {}) {
  const running: { operation: DiskOperation; complete: (fate: DiskFate) => void }[] = [];
  const disk = createMemoryDisk({
    ...options,
    policy: { submit: (operation, complete) => running.push({ operation, complete }) },
  });
  const end = (fate: DiskFate = 'done'): void => running.shift()?.complete(fate);
  /** Begins a call and ends its operation; the outcome is there, or the process is not. */
  const call = <Value>(begin: (done: Done<Value>) => void, fate: DiskFate = 'done') => {
    let outcome: Outcome<Value> | undefined;
    begin((result) => (outcome = result));
    end(fate);
    return outcome;
  };
  const start = () => {
    const log = createMemoryLogStore(disk);
    const state = createMemoryStateStore(disk);
    const opened = call<StoredLog>((done) => log.open(done));
    call((done) => state.open(done));
    return { log, state, opened };
  };
  return { disk, running, end, call, start };
}

const codeOf = (outcome: Outcome<unknown> | undefined): string | undefined =>
  outcome === undefined || outcome.ok ? undefined : outcome.error.code;

const lastOf = (outcome: Outcome<StoredLog> | undefined): number | undefined =>
  outcome?.ok === true ? outcome.value.last : undefined;

describe('A disk in memory', () => {
  it('keeps synced writes through a crash that takes everything else', () => {
    const { disk, call, start } = createStage();
    const { log } = start();
    call((done) => log.append({ entries: [entry(1)] }, done));
    log.append({ entries: [entry(2)] }, () => undefined);
    assert.deepEqual(pending(disk), [{ store: 'log', ordinal: 2, inFlight: true }]);
    crash(disk, () => false);
    assert.equal(durableLog(disk)?.last, 1);
    assert.deepEqual(pending(disk), []);
  });

  it('lets a crash keep any subset of what is not synced, and opening find the hole', () => {
    const { disk, call, start } = createStage({ sync: () => false });
    const { log } = start();
    for (const index of [1, 2, 3]) {
      call((done) => log.append({ entries: [entry(index)] }, done));
    }
    assert.equal(durableLog(disk)?.last, 0);
    crash(disk, ({ ordinal }) => ordinal !== 2);
    assert.equal(codeOf(start().opened), 'corrupt');
  });

  it('lets a crash tear what is not synced, and opening drop it at the end only', () => {
    for (const [torn, last, code] of [
      [3, 2, undefined],
      [2, undefined, 'corrupt'],
    ] as const) {
      const { disk, call, start } = createStage({ sync: () => false });
      const { log } = start();
      for (const index of [1, 2, 3]) {
        call((done) => log.append({ entries: [entry(index)] }, done));
      }
      crash(disk, ({ ordinal }) => (ordinal === torn ? 'torn' : true));
      assert.equal(durableLog(disk)?.last, torn - 1, 'a torn record is no use to anybody');
      crash(disk, () => true);
      const { opened } = start();
      assert.equal(codeOf(opened), code);
      assert.equal(lastOf(opened), last);
    }
  });

  it('forgets what is torn when its content is replaced', () => {
    const { disk, call, start } = createStage({ sync: () => false });
    const { log, state } = start();
    for (const index of [1, 2]) {
      call((done) => log.append({ entries: [entry(index)] }, done));
      call((done) => state.write(row('key', 'value'), position(index), done));
    }
    crash(disk, ({ ordinal }) => (ordinal === 1 ? 'torn' : true));
    wipe(disk);
    const again = start();
    assert.equal(lastOf(again.opened), 0);
    assert.equal(again.state.get('key'), undefined);
  });

  it('orders an unsynced write before a synced one that came later', () => {
    const { disk, call, start } = createStage({ sync: ({ bytes }) => bytes > 10 });
    const { state } = start();
    call((done) => state.write(row('key', 'old'), position(1), done));
    call((done) => state.write(row('key', 'a longer value'), position(2), done));
    assert.equal(durablePosition(disk).index, 2);
    crash(disk, () => true);
    assert.equal(new TextDecoder().decode(start().state.get('key')), 'a longer value');
  });

  it('makes unsynced writes durable when it is closed and opened again', () => {
    const { disk, call, start } = createStage({ sync: () => false });
    const { log } = start();
    call((done) => log.append({ entries: [entry(1)] }, done));
    call((done) => log.close(done));
    call<StoredLog>((done) => log.open(done));
    crash(disk, () => false);
    assert.equal(lastOf(start().opened), 1);
  });

  for (const [fate, code, found] of [
    ['failed', 'failed', 0],
    ['failedButWritten', 'failed', 1],
    ['full', 'full', 0],
  ] as const) {
    it(`refuses everything after a write ended ${fate}, until it is opened again`, () => {
      const { call, start } = createStage();
      const { log } = start();
      assert.equal(codeOf(call((done) => log.append({ entries: [entry(1)] }, done), fate)), code);
      assert.equal(codeOf(call((done) => log.append({ entries: [entry(1)] }, done))), 'failed');
      assert.equal(codeOf(call((done) => log.read(toIndex(0), 1, done))), 'failed');
      call((done) => log.close(done));
      assert.equal(lastOf(call<StoredLog>((done) => log.open(done))), found);
    });
  }

  it('may lose to a power cut what failed but was written', () => {
    const { disk, call, start } = createStage();
    const { log } = start();
    call((done) => log.append({ entries: [entry(1)] }, done), 'failedButWritten');
    crash(disk, ({ inFlight }) => inFlight);
    assert.equal(lastOf(start().opened), 0);
  });

  it('is silent towards a process it has lost', () => {
    const { disk, running, start, end } = createStage();
    const { log } = start();
    let answered = false;
    log.append({ entries: [entry(1)] }, () => (answered = true));
    crash(disk, () => true);
    end();
    log.append({ entries: [entry(1)] }, () => (answered = true));
    assert.deepEqual({ answered, running: running.length }, { answered: false, running: 0 });
  });

  it('waits with closing until what runs has ended', () => {
    const { running, start, end } = createStage();
    const { log } = start();
    const order: string[] = [];
    log.append({ entries: [entry(1)] }, () => order.push('append'));
    log.close(() => order.push('close'));
    assert.equal(running.length, 1);
    end();
    end();
    assert.deepEqual(order, ['append', 'close']);
  });

  it('finds damage where it is read: entries at open too, rows then only', () => {
    const { disk, call, start } = createStage();
    const { log, state } = start();
    call((done) => log.append({ entries: [entry(1), entry(2)] }, done));
    call((done) => state.write(row('a', '1'), position(1), done));
    damageEntry(disk, toIndex(2));
    damageRow(disk, 'a');
    assert.equal(codeOf(call((done) => log.read(toIndex(0), 1 << 20, done))), 'corrupt');
    assert.throws(() => state.get('a'), { code: 'corrupt' });
    crash(disk, () => true);
    assert.equal(codeOf(start().opened), 'corrupt');
  });

  it('can be wiped, and an older copy put back', () => {
    const seen: number[] = [];
    const { disk, call, start } = createStage({ onLogDurable: ({ last }) => seen.push(last) });
    const { log, state } = start();
    call((done) => log.append({ entries: [entry(1)] }, done));
    call((done) => state.write(row('a', '1'), position(1), done));
    const copy = copyDisk(disk);
    const hash = durableHash(disk);
    call((done) => log.append({ entries: [entry(2)] }, done));
    call((done) => state.write(row('a', '2'), position(2), done));
    assert.notEqual(durableHash(disk), hash);
    crash(disk, () => false);
    wipe(disk);
    assert.deepEqual([durableLog(disk)?.last, durablePosition(disk).index], [0, 0]);
    restore(disk, copy);
    assert.deepEqual([durableLog(disk)?.last, durableHash(disk)], [1, hash]);
    assert.deepEqual(seen, [0, 1, 2, 0, 1]);
  });

  it('hashes rows whatever way they came', () => {
    const { disk, call, start } = createStage();
    const { state } = start();
    const empty = durableHash(disk);
    call((done) => state.write(new Map([...row('a', '1'), ...row('b', '2')]), position(1), done));
    const hash = durableHash(disk);
    call((done) => state.write(row('a', '3'), position(2), done));
    assert.notEqual(durableHash(disk), hash);
    call((done) => state.write(row('a'), position(3), done));
    call((done) => state.write(row('a', '1'), position(4), done));
    assert.equal(durableHash(disk), hash);
    call((done) => state.write(new Map([...row('a'), ...row('b')]), position(5), done));
    assert.equal(durableHash(disk), empty);
  });
});
