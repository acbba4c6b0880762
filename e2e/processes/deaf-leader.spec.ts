/** A leader whose port lets nothing in any more, while all that it sends arrives. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { startProxy, type TestProxy } from '../../server/transport/grpc/testing/proxy.ts';
import { startCluster } from '../local/local-cluster.ts';
import { awaitLeader } from './leader.ts';
import { freePlaces } from './places.ts';
import type { ServerMember } from './server.ts';
import { until } from './until.ts';
import { createWorkspace, type Workspace } from './workspace.ts';
import { startWriters, type Writers } from './writers.ts';

const LIMIT_MS = 10_000;
const WRITERS = 4;
/** What the old leader had begun has no outcome there: who waits for it would measure nothing else. */
const CALL_LIMIT_MS = 200;
/**
 * An election timeout until it knows that it hears nobody, and an election that nobody has to wait
 * for. Were the others to wait for it to fall silent, it would be two timeouts at the least.
 */
const NEXT_LEADER_MS = 1_900;

describe('a leader that hears nobody and is heard by all', function () {
  this.timeout(30_000);
  let workspace: Workspace;
  /** The way into each member, for the others. */
  let ways: readonly TestProxy[];
  let members: readonly ServerMember[];
  let writers: Writers;

  before(async () => {
    workspace = createWorkspace(tmpdir());
    const places = await freePlaces(3);
    ways = await Promise.all(places.map(({ peer }) => startProxy(peer)));
    members = await startCluster({
      workspace,
      places,
      directory: (at) => workspace.directory(`m${at + 1}`),
      within:
        (at) =>
        ({ bin, args }) => ({ bin, args: [...args, '--advertise-peer', ways[at]!.address] }),
    });
    const endpoints = (): string[] => members.map(({ place }) => place.client);
    const timeoutMs = CALL_LIMIT_MS;
    writers = startWriters({ endpoints, count: WRITERS, prefix: 'deaf/', timeoutMs });
  });
  after(async () => {
    await writers.stop();
    for (const way of ways) way.close();
    await workspace.dispose();
  });

  const leads = async (): Promise<number> => (await awaitLeader(members, LIMIT_MS)).at;
  const writes = (count = 100): Promise<true> => {
    const enough = writers.acknowledged.size + count;
    return until(`${count} more writes`, LIMIT_MS, () =>
      Promise.resolve(writers.acknowledged.size >= enough),
    );
  };

  it('says so when it gives up, and another leads at once', async () => {
    await writes();
    const before = await leads();
    const sinceMs = performance.now();
    ways[before]!.stall();
    await until('another leads', LIMIT_MS, async () => (await leads()) !== before);
    await writes();
    const gapMs = writers.longestGapMs(sinceMs);
    ways[before]!.resume();
    assert.ok(gapMs < NEXT_LEADER_MS, `no write for ${gapMs} ms`);
    await writes();
  });
});
