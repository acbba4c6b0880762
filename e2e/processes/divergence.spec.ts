/** Rot in the state of a member that runs: real processes, a real disk. */
import { COMMAND_VERSION_MAX } from '../../server/state/command-kinds.ts';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { startCluster } from '../local/local-cluster.ts';
import { statusesOf } from './admin.ts';
import { awaitLeader } from './leader.ts';
import { flipBit } from './flip-bit.ts';
import { createKvClient } from './kv.ts';
import { freePlaces } from './places.ts';
import { dataOf, type ServerMember } from './server.ts';
import { until } from './until.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const LIMIT_MS = 20_000;
const KEYS = 50;

describe('a member whose state rots on disk', () => {
  let workspace: Workspace;
  let members: readonly ServerMember[];

  before(async function () {
    this.timeout(30_000);
    workspace = createWorkspace(tmpdir());
    members = await startCluster({
      workspace,
      places: await freePlaces(3),
      directory: (at) => workspace.directory(`m${at + 1}`),
      flags: ['--storage-scrub-interval', '500ms', '--storage-compare-interval', '500ms'],
    });
  });
  after(() => workspace.dispose());

  const statuses = (): Promise<readonly (Status | undefined)[]> =>
    statusesOf(members.map(({ place }) => place.peer));
  const logOf = ({ directory }: ServerMember): string =>
    readFileSync(join(directory, 'output.log'), 'utf8');
  const stateOf = (member: ServerMember): string => {
    const [name = ''] = readdirSync(dataOf(member.directory))
      .filter((each) => each.startsWith('state.'))
      .sort()
      .reverse();
    return join(dataOf(member.directory), name);
  };
  /** All members run, know of no alarm, and have the same state. */
  const agreed = (): Promise<readonly Status[]> =>
    until('all states are equal', LIMIT_MS, async () => {
      const all = (await statuses()).filter((status) => status !== undefined);
      const same = new Set(
        all.map(({ durableIndex, stateHash }) => `${durableIndex} ${stateHash}`),
      );
      const quiet = all.every(({ alarms }) => alarms.length === 0);
      return all.length === 3 && same.size === 1 && quiet && all[0]?.stateHash !== ''
        ? all
        : undefined;
    });

  for (const who of ['a follower', 'the leader'] as const) {
    it(`gets it anew from the others, with its log and vote kept: ${who}`, async function () {
      this.timeout(4 * LIMIT_MS);
      const client = createKvClient({
        endpoints: () => members.map(({ place }) => place.client),
        first: 0,
        timeoutMs: 5_000,
      });
      for (let at = 0; at < KEYS; at += 1) {
        assert.equal((await client.set(`key ${at}`, `${who} `.repeat(100))).kind, 'ok');
      }
      client.close();
      await agreed();
      const { at: leader } = await awaitLeader(members, LIMIT_MS);
      const at = who === 'the leader' ? leader : (leader + 1) % 3;
      const rotten = members[at]!;
      const before = stateOf(rotten);
      flipBit(before, /\.(log|ldb)$/);
      await until('it finds out', LIMIT_MS, () =>
        Promise.resolve(logOf(rotten).includes('"state_damaged"') || undefined),
      );
      await until('it has another state', LIMIT_MS, () =>
        Promise.resolve(stateOf(rotten) !== before || undefined),
      );
      const after = await agreed();
      assert.equal(after[at]?.versions?.command, COMMAND_VERSION_MAX);
      assert.match(logOf(rotten), /"state_rebuilt"/);
    });
  }
});
