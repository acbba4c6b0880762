import assert from 'node:assert/strict';
import type { Announcement } from '../ports/address-book.ts';
import type { NodeStatus } from '../node/node.ts';
import type { ProposeOutcome } from '../node/outcome.ts';
import { toIndex, toMemberId } from '../raft/ids.ts';
import { decodeCommand } from '../state/command-codec.ts';
import type { Command } from '../state/command.ts';
import { createMachine, MACHINE_RULES } from '../state/machine.ts';
import { encodeError } from '../state/reply.ts';
import { createMembersController } from './members-controller.ts';

const announcement = (directory: string, port: number): Announcement => ({
  directory,
  identity: undefined,
  peerAddress: `127.0.0.1:${port}`,
  clientAddress: `127.0.0.1:${port + 1}`,
  commandVersionMax: 1,
});

interface Setting {
  readonly role?: NodeStatus['role'];
  readonly members?: readonly string[];
  /** A directory whose announcements are refused in apply. */
  readonly refuses?: string;
}

/** A leader of members on directory `a`, and what it proposes. */
function createBench({ role = 'leader', members = ['a', 'b'], refuses }: Setting = {}) {
  const rows = new Map<string, Uint8Array>();
  const heard = new Map<string, Announcement>();
  const replicated: Announcement[] = [];
  const proposed: Command[] = [];
  const pending: (() => void)[] = [];
  const apply = createMachine(MACHINE_RULES);
  const configuration: NodeStatus['configuration'] = {
    members: members.map((directory, place) => ({
      id: toMemberId(place + 1),
      directory,
      priority: 0,
      standing: 'voter' as const,
    })),
    outgoing: [],
    nextMemberId: toMemberId(3),
    trust: 'earlyCampaign',
  };
  const status = {
    phase: 'running',
    role,
    identity: { cluster: 'c', member: toMemberId(1) },
    configuration,
  } as NodeStatus;
  let own = announcement('a', 100);
  const controller = createMembersController({
    node: {
      status: () => status,
      row: (key) => rows.get(key),
      range: (prefix) => [...rows].filter(([key]) => key.startsWith(prefix)),
      propose: (command, done: (outcome: ProposeOutcome) => void) => {
        proposed.push(decodeCommand(command));
        pending.push(() => {
          if (isOf(decodeCommand(command), refuses)) {
            done({ kind: 'applied', index: toIndex(1), reply: encodeError('memberTooOld', 1, 2) });
            return;
          }
          const { rows: changed, reply } = apply(
            (key) => rows.get(key),
            command,
            1,
            () => [],
          );
          for (const [key, value] of changed) rows.set(key, value!);
          done({ kind: 'applied', index: toIndex(1), reply });
        });
      },
    },
    book: {
      find: (directory) => heard.get(directory),
      heard: (each) => heard.set(each.directory, each),
      replicated: (each) => replicated.push(each),
    },
    self: () => own,
    wallMs: () => 1_000,
  });
  return {
    controller,
    heard,
    proposed,
    replicated,
    moveSelf: (port: number) => (own = announcement('a', port)),
    /** Passes until nothing is proposed any more. */
    settle: () => {
      for (let passes = 0; passes < 10; passes += 1) {
        controller.pass();
        for (const answer of pending.splice(0)) answer();
      }
    },
  };
}

const isOf = (command: Command, directory: string | undefined): boolean =>
  command.kind === 'announce' && command.announcement.directory === directory;

const announced = (commands: readonly Command[]): string[] =>
  commands.map((command) =>
    command.kind === 'announce' ? command.announcement.peerAddress : command.kind,
  );

describe('The members controller', () => {
  it('replicates what members say of themselves, each once', () => {
    const bench = createBench();
    bench.heard.set('b', announcement('b', 200));
    bench.settle();
    assert.deepEqual(announced(bench.proposed), ['127.0.0.1:100', '127.0.0.1:200']);
  });

  it('replicates an address that has changed', () => {
    const bench = createBench();
    bench.settle();
    bench.moveSelf(300);
    bench.settle();
    assert.deepEqual(announced(bench.proposed), ['127.0.0.1:100', '127.0.0.1:300']);
  });

  it('proposes one thing at a time', () => {
    const bench = createBench();
    bench.heard.set('b', announcement('b', 200));
    bench.controller.pass();
    bench.controller.pass();
    assert.equal(bench.proposed.length, 1);
  });

  it('passes over a member that has said of itself too little, and goes on to the next', () => {
    const bench = createBench({ members: ['a', 'b', 'c'] });
    // As a leader introduces a directory whose process it has not heard.
    bench.heard.set('b', { ...announcement('b', 200), commandVersionMax: 0 });
    bench.heard.set('c', announcement('c', 300));
    bench.settle();
    assert.deepEqual(announced(bench.proposed), ['127.0.0.1:100', '127.0.0.1:300']);
    bench.heard.set('b', announcement('b', 200));
    bench.settle();
    assert.equal(announced(bench.proposed).at(-1), '127.0.0.1:200');
  });

  it('proposes once what is refused, and goes on to the next', () => {
    const bench = createBench({ members: ['a', 'b', 'c'], refuses: 'b' });
    bench.heard.set('b', announcement('b', 200));
    bench.heard.set('c', announcement('c', 300));
    bench.settle();
    const once = ['127.0.0.1:100', '127.0.0.1:200', '127.0.0.1:300'];
    assert.deepEqual(announced(bench.proposed), once);
    bench.heard.set('b', announcement('b', 400));
    bench.settle();
    assert.deepEqual(announced(bench.proposed), [...once, '127.0.0.1:400']);
  });

  it('proposes nothing where it does not lead', () => {
    const bench = createBench({ role: 'follower' });
    bench.settle();
    assert.deepEqual(bench.proposed, []);
  });

  it('tells the address book what is replicated, with the member it is', () => {
    const bench = createBench();
    bench.settle();
    const last = bench.replicated.at(-1);
    assert.equal(last?.peerAddress, '127.0.0.1:100');
    assert.deepEqual(last.identity, { cluster: 'c', member: 1 });
  });
});
