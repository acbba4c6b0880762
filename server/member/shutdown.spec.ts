import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { loadConfig } from '../config/load.ts';
import type { TransferOutcome } from '../node/outcome.ts';
import { toMemberId } from '../raft/ids.ts';
import { shutDown, shutdownMsMax } from './shutdown.ts';
import type { ShutdownParts } from './shutdown.ts';

const never = (): void => undefined;

describe('The shutdown of a member', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  const config = loadConfig({ environment: {}, flags: {} });

  /** How long it takes in ms, to 100, where some parts hang; and whether everything is closed. */
  async function leave(
    hangs: readonly ('drain' | 'stop' | 'transfer')[],
    outcomes: TransferOutcome[] = [],
  ) {
    const unless = (part: (typeof hangs)[number], done: () => void): void => {
      if (!hangs.includes(part)) done();
    };
    const voters = [1, 2].map((id) => ({ id, standing: 'voter' }));
    const parts = {
      config,
      log: { write: never },
      node: {
        status: () => ({ role: 'leader', configuration: { members: voters } }),
        transfer: (_to: undefined, done: (outcome: TransferOutcome) => void) =>
          unless('transfer', () => done(outcomes.shift() ?? { kind: 'transferred' })),
        stop: (done: () => void) => unless('stop', done),
      },
      transport: { close: () => Promise.resolve() },
      admission: {
        load: () => ({ requests: 1 }),
        drain: (done: () => void) => unless('drain', done),
      },
      admin: { close: never },
      listeners: [{ stopAccepting: never, destroy: never }],
      http: {
        close: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
      },
      refuse: never,
      stop: never,
    } as unknown as ShutdownParts;
    const end: { closed?: boolean } = {};
    void shutDown(parts).then((isClosed) => (end.closed = isClosed));
    await setImmediate();
    let tookMs = 0;
    for (; end.closed === undefined && tookMs < 60_000; tookMs += 100) {
      mock.timers.tick(100);
      await setImmediate();
    }
    return { tookMs, closed: end.closed };
  }

  it('waits for a hand-over that somebody else has asked for', async () => {
    const refusal = { reason: 'transferring', to: toMemberId(2) } as const;
    const outcomes: TransferOutcome[] = [{ kind: 'refused', refusal }, { kind: 'transferred' }];
    await leave([], outcomes);
    assert.deepEqual(outcomes, []);
  });

  it('takes as long as is said at most when everything hangs', async () => {
    assert.equal(shutdownMsMax(config), 16_500);
    assert.deepEqual(await leave(['transfer', 'drain', 'stop']), {
      tookMs: shutdownMsMax(config),
      closed: false,
    });
  });

  it('takes no longer than those who look at the last answers get when nothing does', async () => {
    assert.deepEqual(await leave([]), { tookMs: 500, closed: true });
  });
});
