/** Members with the real driver and machine, on disks and a network in memory, in made-up time. */
import assert from 'node:assert/strict';
import { createNode } from '../node/create-node.ts';
import type { Node } from '../node/node.ts';
import type { Machine } from '../ports/machine.ts';
import { NODE_OPTIONS } from '../node/testing/node-options.ts';
import { encodeCommand } from '../state/command-codec.ts';
import type { Command } from '../state/command.ts';
import { machine } from '../state/machine.ts';
import { rowKey } from '../state/row-keys.ts';
import { faultless } from '../storage/memory/disk-policy.ts';
import { createMemoryLogStore } from '../storage/memory/log-store.ts';
import { alterRow, createMemoryDisk, damageRow } from '../storage/memory/memory-disk.ts';
import type { MemoryDisk } from '../storage/memory/memory-disk.ts';
import { createMemoryStateStore } from '../storage/memory/state-store.ts';
import { createMemoryNetwork } from '../transport/memory.ts';
import { divergenceAlarms } from './divergence-alarms.ts';
import { createDivergenceController } from './divergence-controller.ts';

const STEP_MS = 10;
const COMPARE_MS = 1_000;

const OPTIONS = { ...NODE_OPTIONS, scrubIntervalMs: 2_000 };

interface Member {
  readonly directory: string;
  readonly disk: MemoryDisk;
  readonly node: Node;
  readonly pass: () => void;
  /** The seam: what applying does on this member alone. */
  machine: Machine;
  rebuilt: number;
}

const command = (made: Command): Uint8Array => encodeCommand(made);
const set = (key: string, value: string): Command => ({
  kind: 'kvSet',
  key,
  value: Buffer.from(value),
  timeMs: 1,
});

function createWorld() {
  const tasks: (() => void)[] = [];
  const members: Member[] = [];
  /** What the leaders did, and who was being rebuilt at once. */
  const acts: string[] = [];
  let nowMs = 0;
  const defer = (task: () => void): void => void tasks.push(task);
  const network = createMemoryNetwork(defer);
  const settle = (): void => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task();
  };
  const pass = (ms: number, condition: () => boolean = () => false): void => {
    settle();
    for (const endMs = nowMs + ms; nowMs < endMs && !condition();) {
      nowMs += STEP_MS;
      for (const { node, pass: look } of members) {
        node.tick();
        settle();
        look();
      }
      settle();
    }
  };
  const until = (what: string, condition: () => boolean, ms = 30_000): void => {
    pass(ms, condition);
    assert(condition(), `not within ${ms} ms: ${what}; ${acts.join(', ')}`);
  };

  const start = (directory: string): Member => {
    const disk = createMemoryDisk({ policy: faultless(defer) });
    const node = createNode(
      {
        log: createMemoryLogStore(disk),
        state: createMemoryStateStore(disk),
        transport: network.transport(directory),
        clock: { nowMs: () => nowMs },
        defer,
        machine: (...args) => member.machine(...args),
      },
      { ...OPTIONS, directory, seed: members.length },
      { rebuilt: () => (member.rebuilt += 1) },
    );
    network.connect(directory, node);
    const controller = createDivergenceController({
      node,
      check: () => command({ kind: 'check', timeMs: 1 }),
      nowMs: () => nowMs,
      intervalMs: COMPARE_MS,
      tell: (remedy) =>
        acts.push(
          remedy.kind === 'transfer' ? `transfer to ${remedy.to}` : `rebuild ${remedy.member}`,
        ),
    });
    const member: Member = {
      directory,
      disk,
      node,
      pass: () => controller.pass(),
      machine,
      rebuilt: 0,
    };
    members.push(member);
    return member;
  };

  const leader = (): Member => {
    const leads = ({ node }: Member): boolean => node.status().role === 'leader';
    until('a leader', () => members.some(leads));
    const found = members.find(leads);
    assert(found !== undefined);
    return found;
  };
  const propose = (made: Command): void => {
    let applied = false;
    leader().node.propose(command(made), ({ kind }) => (applied = kind === 'applied'));
    until(made.kind, () => applied, 5_000);
  };
  const all = (condition: (member: Member) => boolean): boolean => members.every(condition);

  /** A cluster of `count` voters that may compare, and knows `key`. */
  const form = (count: number): Member[] => {
    const first = start('d1');
    pass(STEP_MS);
    first.node.bootstrap('cluster', () => undefined);
    leader();
    const others = Array.from({ length: count - 1 }, (_, at) => start(`d${at + 2}`));
    pass(STEP_MS);
    let changed = false;
    const change = (changes: Parameters<Node['change']>[1]): void => {
      changed = false;
      const { configurationIndex } = first.node.status();
      first.node.change(configurationIndex, changes, ({ kind }) => (changed = kind === 'changed'));
      until('a change of members', () => changed);
    };
    if (count > 1) {
      change(others.map(({ directory }) => ({ kind: 'add', directory, priority: 0 })));
      until('learners', () => all(({ node }) => node.status().applied > 2));
      const ids = others.map(({ node }) => node.status().identity!.member);
      change(ids.map((id) => ({ kind: 'promote', id })));
    }
    for (const { directory } of members) {
      const announcement = {
        directory,
        peerAddress: 'p',
        clientAddress: 'c',
        commandVersionMax: 2,
      };
      propose({ kind: 'announce', announcement, timeMs: 1 });
    }
    const directories = members.map(({ directory }) => directory);
    propose({ kind: 'raiseVersion', version: 2, directories, timeMs: 1 });
    propose(set('key', 'right'));
    return members;
  };

  const hashes = (): string[] => members.map(({ node }) => node.status().stateHash);
  const agree = (): boolean =>
    new Set(members.map(({ node }) => node.status().durable)).size === 1 &&
    new Set(hashes()).size === 1 &&
    all(({ node }) => node.status().phase === 'running');
  const alarms = (): string[] =>
    members.flatMap(({ node }) => divergenceAlarms(node.status()).map(({ message }) => message));
  /** These members take the next write for another, each for its own. */
  const applyWrong = (...wrong: readonly Member[]): void => {
    for (const member of wrong) {
      member.machine = (read, bytes, index, range) => {
        const applied = machine(read, bytes, index, range);
        const rows = new Map(applied.rows);
        const key = rowKey('kv', 'key');
        if (rows.has(key)) rows.set(key, Buffer.from(`wrong ${member.directory}`));
        return { ...applied, rows };
      };
    }
    propose(set('key', 'again'));
    until('it is applied', () => agreeOnIndex());
    for (const member of wrong) member.machine = machine;
  };
  const agreeOnIndex = (): boolean =>
    new Set(members.map(({ node }) => node.status().applied)).size === 1;
  const value = ({ node }: Member): string | undefined => {
    const row = node.row(rowKey('kv', 'key'));
    return row && Buffer.from(row).toString();
  };

  return { form, pass, until, leader, propose, members, acts, agree, alarms, applyWrong, value };
}

describe('Members whose states differ', () => {
  it('have the same hash, and are left alone, while nothing is wrong', () => {
    const { form, propose, pass, until, agree, acts, alarms, leader } = createWorld();
    form(3);
    for (let at = 0; at < 50; at += 1) propose(set(`key ${at % 7}`, `${at}`));
    propose({ kind: 'kvDelete', key: 'key 3', timeMs: 1 });
    pass(5 * COMPARE_MS);
    until('equal hashes', agree);
    assert.deepEqual([acts, alarms()], [[], []]);
    // And once all have compared, an idle cluster does not grow its log.
    const { applied } = leader().node.status();
    pass(5 * COMPARE_MS);
    assert.equal(leader().node.status().applied, applied);
  });

  it('are brought in line: the follower that applied something else, with its log and vote kept', () => {
    const { form, applyWrong, until, agree, acts, alarms, leader, value, propose } = createWorld();
    const members = form(3);
    const follower = members.find((each) => each !== leader())!;
    const { identity, term } = follower.node.status();
    applyWrong(follower);
    assert.equal(value(follower), `wrong ${follower.directory}`);
    until('an alarm', () => alarms().length > 0);
    assert.match(alarms()[0] ?? '', new RegExp(`member ${identity!.member} .* not that of the`));
    const hardState = { ...follower.disk.log.live.hardState };
    const first = follower.node.status().firstLog;
    until('it is rebuilt', () => follower.rebuilt === 1);
    until('no alarm', () => agree() && alarms().length === 0);
    assert.deepEqual(acts, [`rebuild ${identity!.member}`]);
    assert.equal(value(follower), 'again');
    assert.deepEqual({ ...follower.disk.log.live.hardState }, hardState);
    assert.equal(follower.node.status().firstLog, first);
    assert.equal(follower.node.status().term, term);
    propose(set('key', 'after'));
    until('it goes on', () => members.every((each) => value(each) === 'after'));
  });

  it('are brought in line: a leader hands over first', () => {
    const { form, applyWrong, until, agree, acts, alarms, leader, value } = createWorld();
    form(3);
    const wrong = leader();
    const id = wrong.node.status().identity!.member;
    applyWrong(wrong);
    until('it is rebuilt', () => wrong.rebuilt === 1);
    until('no alarm', () => agree() && alarms().length === 0);
    assert.equal(acts.length, 2);
    assert.match(acts[0] ?? '', /^transfer to /);
    assert.equal(acts[1], `rebuild ${id}`);
    assert.notEqual(leader(), wrong);
    assert.equal(value(wrong), 'again');
  });

  it('are brought in line: two of five, one after the other', () => {
    const { form, applyWrong, until, agree, acts, alarms, leader, members, pass } = createWorld();
    form(5);
    const [a, b] = members.filter((each) => each !== leader());
    applyWrong(a!, b!);
    let atOnce = 0;
    const down = (): number =>
      members.filter(({ node }) => node.status().phase !== 'running').length;
    until('both are rebuilt', () => {
      atOnce = Math.max(atOnce, down());
      return a!.rebuilt === 1 && b!.rebuilt === 1;
    });
    until('no alarm', () => agree() && alarms().length === 0);
    assert(atOnce <= 1);
    assert.equal(acts.length, 2);
    pass(3 * COMPARE_MS);
    assert.equal(acts.length, 2);
  });

  it('are left as they are without a majority, under an alarm', () => {
    const { form, applyWrong, until, pass, acts, alarms, members, leader, value } = createWorld();
    form(3);
    applyWrong(...members.filter((one) => one !== leader()));
    until('an alarm', () => alarms().length > 0);
    pass(10 * COMPARE_MS);
    assert.match(alarms()[0] ?? '', /No majority of the voters has the same state/);
    assert.deepEqual(acts, []);
    assert.equal(new Set(members.map(value)).size, 3);
  });

  for (const [what, rot] of [
    ['a checksum fails', (disk: MemoryDisk) => damageRow(disk, rowKey('kv', 'key'))],
    [
      'a row is that of another time',
      (disk: MemoryDisk) => alterRow(disk, rowKey('kv', 'key'), Buffer.from('older'), false),
    ],
  ] as const) {
    it(`are brought in line where a disk has rotted: ${what}`, () => {
      const { form, until, pass, agree, alarms, leader, members, value } = createWorld();
      form(3);
      pass(2 * COMPARE_MS);
      for (const rotten of [members.find((each) => each !== leader())!, leader()]) {
        pass(500);
        rot(rotten.disk);
        const before = rotten.rebuilt;
        until('it is found', () => rotten.node.status().damage !== undefined);
        until('it is rebuilt', () => rotten.rebuilt === before + 1);
        until('no alarm', () => agree() && alarms().length === 0);
        assert.equal(rotten.node.status().damage, undefined);
        assert.equal(value(rotten), 'right');
      }
    });
  }

  it('are found where a row was changed together with its hash', () => {
    const { form, until, pass, agree, alarms, leader, members, value, propose } = createWorld();
    form(3);
    pass(2 * COMPARE_MS);
    const changed = members.find((each) => each !== leader())!;
    alterRow(changed.disk, rowKey('kv', 'key'), Buffer.from('other'), true);
    propose(set('another', '1'));
    until('it is rebuilt', () => changed.rebuilt === 1);
    until('no alarm', () => agree() && alarms().length === 0);
    assert.equal(value(changed), 'right');
  });
});
