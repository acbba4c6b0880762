/** Consent, and what is looked at before it; the journeys are in `e2e/processes/recovery.spec.ts`. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { runProgram } from '../cli/command.ts';
import type { Io } from '../cli/io.ts';
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
    assert.match(said, /\n2 +4 +20 +10 +.*b +recommended/);
    assert.match(said, /\n1 +3 +40 +10 +.*a\n/);
    assert.match(said, /directories of voters 3\./);
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
    assert.match((await run(['a', 'missing'])).said, /missing is no data directory/);
    assert.deepEqual(readdirSync(root).sort(), ['a', 'c'], 'nothing was made');
  });
});
