/** Consent, and what is looked at before it; the journeys are in `e2e/processes/recovery.spec.ts`. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { Phase, Standing } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { runProgram } from '../cli/command.ts';
import type { Io } from '../cli/io.ts';
import { answer, nobody, startMember, statusWith } from '../cli/testing/scripted-member.ts';
import type { ScriptedMember } from '../cli/testing/scripted-member.ts';
import { toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import type { Configuration } from '../raft/membership/configuration.ts';
import { examine } from '../recovery/recover.ts';
import { createLevelStorage } from '../storage/level/level-storage.ts';
import {
  completes,
  entryOf,
  openLog,
  openState,
  positionOf,
} from '../storage/level/testing/content.ts';
import { addOfflineCommands } from './add-offline-commands.ts';

const voters: Configuration = {
  members: [1, 2, 3].map((id) => ({
    id: toMemberId(id),
    directory: `d${id}`,
    priority: 0,
    standing: 'voter',
  })),
  outgoing: [],
  nextMemberId: toMemberId(4),
  trust: 'earlyCampaign',
};

/** A directory of a member whose log ends at `last` of `term`. */
async function fill(path: string, member: number, last: number, term: number, cluster = 'old') {
  const { log, state } = createLevelStorage(path);
  await openLog(log);
  await openState(state);
  const position = { ...positionOf(10, 1), configuration: voters, configurationIndex: toIndex(1) };
  await completes((done) => state.write(new Map(), position, done));
  await completes((done) => log.reset(position, done));
  const entries = Array.from({ length: last - 10 }, (_, at) => entryOf(11 + at, term));
  const identity = { cluster, member: toMemberId(member) };
  const hardState = { term: toTerm(term), vote: undefined };
  await completes((done) => log.append({ identity, hardState, entries }, done));
  await completes((done) => state.close(done));
  await completes((done) => log.close(done));
}

describe('recover', () => {
  let root: string;
  const at = (name: string): string => join(root, name);
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'offline-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Runs the command; a person types `typed` when there is one. */
  async function run(names: readonly string[], typed?: string, ...more: readonly string[]) {
    const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
    if (typed !== undefined) stdin.write(`${typed}\n`);
    let exitCode = 0;
    const io: Io = {
      stdout,
      stderr,
      stdin,
      isTTY: typed !== undefined,
      setExitCode: (code) => (exitCode = code),
    };
    const program = new Command('robustmq-meta');
    addOfflineCommands(program, io);
    const argv = ['recover', ...names.flatMap((name) => ['--data-dir', at(name)]), ...more];
    await runProgram(program, argv, io);
    const said = `${String(stdout.read() ?? '')}${String(stderr.read() ?? '')}`;
    return { said, exitCode };
  }

  const clusterOf = async (name: string): Promise<string> =>
    (await examine(createLevelStorage(at(name)))).cluster;

  it('recommends the last term before the last index, and warns of who is not there', async () => {
    await fill(at('a'), 1, 40, 3);
    await fill(at('b'), 2, 20, 4);
    const { said, exitCode } = await run(['a', 'b']);
    assert.equal(exitCode, 1);
    assert.match(said, /\n2 +voter +4 +20 +old +\S+b +stopped +recommended/);
    assert.match(said, /\n1 +voter +3 +40 +old +\S+a +stopped\n/);
    assert.match(said, /Not looked at: voters 3\./);
    assert.match(said, /--yes-make-new-cluster 2@4\/20/);
    assert.deepEqual([await clusterOf('a'), await clusterOf('b')], ['old', 'old']);
  });

  it('does what a person types, and nothing when it is something else', async () => {
    await fill(at('a'), 1, 40, 3);
    for (const typed of ['', 'yes', '1@3/41']) {
      const { exitCode, said } = await run(['a'], typed);
      assert.equal(exitCode, 1, typed);
      assert.match(said, /Nothing was changed/);
      assert.equal(await clusterOf('a'), 'old');
    }
    const { exitCode, said } = await run(['a'], '1@3/40');
    assert.equal(exitCode, 0, said);
    assert.notEqual(await clusterOf('a'), 'old');
  });

  it('asks nobody who listens for JSON', async () => {
    await fill(at('a'), 1, 40, 3);
    const { exitCode, said } = await run(['a'], '1@3/40', '-o', 'json');
    assert.equal(exitCode, 1);
    assert.equal((JSON.parse(said) as { recovered: boolean }).recovered, false);
    assert.equal(await clusterOf('a'), 'old');
  });

  it('takes consent for what is recommended only', async () => {
    await fill(at('a'), 1, 40, 3);
    await fill(at('b'), 2, 20, 4);
    const { exitCode, said } = await run(['a', 'b'], undefined, '--yes-make-new-cluster', '1@3/40');
    assert.equal(exitCode, 1);
    assert.match(said, /says 1@3\/40, but what is recommended is 2@4\/20/);
    assert.equal(await clusterOf('a'), 'old');
  });

  it('refuses directories of different clusters, and what is no directory', async () => {
    await fill(at('a'), 1, 40, 3);
    await fill(at('c'), 1, 40, 3, 'other');
    assert.match((await run(['a', 'c'])).said, /belongs to cluster old, and .* to cluster other/);
    assert.match((await run(['a', 'missing'])).said, /missing: it is no data directory/);
    assert.deepEqual(readdirSync(root).sort(), ['a', 'c'], 'nothing was made');
  });

  it('takes no consent before a directory that cannot be read is left out', async () => {
    await fill(at('a'), 1, 40, 3);
    const consent = ['--yes-make-new-cluster', '1@3/40'];
    const { exitCode, said } = await run(['a', 'missing'], undefined, ...consent);
    assert.equal(exitCode, 1);
    assert.match(said, /\n- +.*missing +not usable: it is no data directory/);
    assert.match(said, /run this again without it/);
    assert.equal(await clusterOf('a'), 'old');
    assert.equal((await run(['a'], undefined, ...consent)).exitCode, 0);
  });

  for (const [name, argv, complaint] of [
    ['nothing', [], /Name what is left/],
    ['an endpoint without the name of an incident', ['--endpoints', 'a:1'], /with --incident/],
    ['what is no address', ['--endpoints', 'a'], /host:port/],
    ['half a certificate', ['--endpoints', 'a:1', '--incident', 'x', '--key', 'k'], /belong/],
  ] as const) {
    it(`takes ${name} for a mistake`, async () => {
      const { exitCode, said } = await run([], undefined, ...argv);
      assert.equal(exitCode, 2);
      assert.match(said, complaint);
    });
  }

  it('asks no endpoints but those that are given', async () => {
    process.env['ROBUSTMQ_META_ENDPOINTS'] = '127.0.0.1:1';
    try {
      await fill(at('a'), 1, 40, 3);
      assert.match((await run(['a'])).said, /--yes-make-new-cluster 1@3\/40/);
    } finally {
      delete process.env['ROBUSTMQ_META_ENDPOINTS'];
    }
  });

  it('explains itself, with examples and exit codes', async () => {
    const { exitCode, said } = await run([], undefined, '--help');
    assert.equal(exitCode, 0);
    assert.match(said, /\$ robustmq-meta recover --data-dir \/mnt\/a --endpoints/);
    assert.match(said, /3 {2}no member could be reached/);
  });

  describe('over directories and members that run', () => {
    const members: ScriptedMember[] = [];
    afterEach(() => members.splice(0).forEach((member) => member.kill()));

    async function memberAt(lastLogTerm: number, lastLogIndex: number, leaderId = 0) {
      const all = [1, 2, 3].map((id) => ({
        ...{ id, directory: `d${id}`, standing: Standing.VOTER, priority: 0 },
        ...{ peerAddress: '', clientAddress: '' },
      }));
      const status = statusWith({
        ...{ phase: Phase.RUNNING, clusterId: 'old', memberId: 3, leaderId },
        ...{ lastLogTerm, lastLogIndex },
        configuration: { index: 1, members: all, outgoingVoterIds: [], trust: 1 },
      });
      const recover = answer({ clusterId: 'new', memberId: 3 });
      const member = await startMember({ status: answer({ status }), recover });
      members.push(member);
      return member;
    }
    const mixed = (endpoints: string, ...more: readonly string[]) =>
      run(['a'], undefined, '--endpoints', endpoints, '--incident', 'fire', ...more);

    beforeEach(() => fill(at('a'), 1, 40, 3));

    it('lets the member go on that runs, when it is furthest', async () => {
      const { endpoint, requests } = await memberAt(4, 2);
      const seen = await mixed(endpoint);
      assert.equal(seen.exitCode, 1);
      assert.match(seen.said, /\n3 +voter +4 +2 +old +127\S+ +runs, nobody leads +recommended/);
      assert.match(seen.said, /\n1 +voter +3 +40 +old +\S+a +stopped\n/);
      const { exitCode, said } = await mixed(endpoint, '--yes-make-new-cluster', '3@4/2');
      assert.equal(exitCode, 0, said);
      assert.match(said, /only voter of the new cluster new/);
      assert.deepEqual(requests.get('recover'), {
        ...{ incidentId: 'fire', memberId: 3, lastLogTerm: 4, lastLogIndex: 2 },
      });
      assert.equal(await clusterOf('a'), 'old');
    });

    it('lets the directory go on, when it is furthest, and tells whom to end', async () => {
      const { endpoint, calls } = await memberAt(3, 39);
      const { exitCode, said } = await mixed(endpoint, '--yes-make-new-cluster', '1@3/40');
      assert.equal(exitCode, 0, said);
      assert.match(said, new RegExp(`End these processes, .*: ${endpoint}\\.`));
      assert.notEqual(await clusterOf('a'), 'old');
      assert.deepEqual(calls, ['status']);
    });

    it('changes nothing while a member follows a leader, or is silent', async () => {
      const consent = ['--yes-make-new-cluster', '1@3/40', '-o', 'json'];
      const { endpoint } = await memberAt(3, 39, 2);
      const led = await mixed(endpoint, ...consent);
      assert.equal(led.exitCode, 1);
      assert.match(led.said, /The quorum is not lost: .* member 2 leads cluster old/);
      const away = await mixed(await nobody(), ...consent);
      assert.equal(away.exitCode, 1);
      assert.match(away.said, /"error":"not reached: connect ECONNREFUSED/);
      assert.equal(await clusterOf('a'), 'old');
    });
  });
});
