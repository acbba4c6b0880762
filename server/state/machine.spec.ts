import assert from 'node:assert/strict';
import fc from 'fast-check';
import { listAnnouncements, readAnnouncement } from './announcements.ts';
import type { AnnouncedMember, Announce, Command, KvSet, RaiseVersion } from './command.ts';
import { kvExists, kvGet, kvPrefix } from './kv.ts';
import { createMachine, MACHINE_RULES } from './machine.ts';
import { replicatedTime } from './replicated-time.ts';
import { createReplica } from './testing/replica.ts';
import { activeVersion, versionProblem } from './versions.ts';

const set = (key: string, value: string): KvSet => ({
  kind: 'kvSet',
  timeMs: 1,
  key,
  value: Buffer.from(value),
});
const member = (directory: string, commandVersionMax = 1): AnnouncedMember => ({
  directory,
  peerAddress: `${directory}:1230`,
  clientAddress: `${directory}:1228`,
  commandVersionMax,
});
const announce = (directory: string, commandVersionMax = 1): Announce => ({
  kind: 'announce',
  timeMs: 1,
  announcement: member(directory, commandVersionMax),
});
const raise = (version: number, ...directories: string[]): RaiseVersion => ({
  kind: 'raiseVersion',
  timeMs: 1,
  version,
  directories,
});
/** Few keys, clients and directories, so that commands meet. */
const busyCommand: fc.Arbitrary<Command> = fc
  .tuple(
    fc.oneof(
      fc.tuple(fc.constantFrom('a', 'b'), fc.string()).map(([key, value]) => set(key, value)),
      fc.constantFrom('a', 'b').map((key): Command => ({ kind: 'kvDelete', timeMs: 0, key })),
      fc
        .tuple(fc.constantFrom('x', 'y'), fc.integer({ min: 1, max: 4 }))
        .map(([directory, max]) => announce(directory, max)),
      fc.integer({ min: 0, max: 3 }).map((version) => raise(version, 'x', 'y')),
    ),
    fc.nat({ max: 100 }),
    fc.option(fc.tuple(fc.constantFrom('k', 'l', 'm'), fc.integer({ min: 1, max: 3 })), {
      nil: undefined,
    }),
  )
  .map(([command, timeMs, request]) => ({
    ...command,
    timeMs,
    ...(request && { request: { client: request[0], id: request[1] } }),
  }));
const busyRules = {
  ...MACHINE_RULES,
  commandVersionMax: 3,
  retries: { clientsMax: 2, idleMs: 10 },
};
const newer = createMachine({ ...MACHINE_RULES, commandVersionMax: 3 });

describe('The machine', () => {
  describe('with keys of users', () => {
    it('sets, overwrites and deletes', () => {
      const { apply, read } = createReplica();
      assert.deepEqual(apply(set('a', '1')), { kind: 'ok' });
      apply(set('a', '2'));
      assert.equal(Buffer.from(kvGet(read, 'a')!).toString(), '2');
      assert.equal(kvExists(read, 'a'), true);
      assert.deepEqual(apply({ kind: 'kvDelete', timeMs: 1, key: 'a' }), { kind: 'ok' });
      assert.equal(kvExists(read, 'a'), false);
      assert.equal(kvGet(read, 'a'), undefined);
    });

    it('writes one row for a plain write, whose value is in the command', () => {
      const { written } = createReplica();
      assert.deepEqual([...written(set('a', '1')).keys()], ['k/a']);
    });

    it('writes nothing to delete what is not there', () => {
      const { apply, written } = createReplica();
      const remove: Command = { kind: 'kvDelete', timeMs: 1, key: 'a' };
      assert.deepEqual(apply(remove), { kind: 'ok' });
      assert.equal(written(remove).size, 0);
    });

    it('lists those with a prefix by their bytes, and nothing else', () => {
      const { apply, range } = createReplica();
      for (const key of ['p\u{10000}', 'p\uE000', 'p', 'pé', 'pz', 'q', 'o', 'm/time']) {
        apply(set(key, key));
      }
      apply(announce('p'));
      assert.deepEqual(
        [...kvPrefix(range, 'p')].map(([key]) => key),
        ['p', 'pz', 'pé', 'p\uE000', 'p\u{10000}'],
      );
    });

    it('keeps them apart from everything else', () => {
      const { apply, read } = createReplica();
      for (const key of ['m/version', 'm/time', 'm/clients', 'a/x', 'c/x', '/x', '']) {
        if (key !== '') apply(set(key, 'junk'));
      }
      assert.equal(activeVersion(read), 1);
      assert.equal(replicatedTime(read), 0);
      assert.equal(readAnnouncement(read, 'x'), undefined);
    });
  });

  describe('with announcements', () => {
    it('remembers the last of each directory', () => {
      const { apply, read, range, written } = createReplica(newer);
      apply(announce('b'));
      apply(announce('a'));
      assert.deepEqual(apply(announce('a', 2)), { kind: 'ok' });
      assert.deepEqual(readAnnouncement(read, 'a'), member('a', 2));
      assert.deepEqual([...listAnnouncements(range)], [member('a', 2), member('b')]);
      assert.equal(written(announce('a', 2)).size, 0);
    });

    it('turns a member away that cannot apply the active version', () => {
      const { apply, read } = createReplica(newer);
      apply(announce('a', 2));
      apply(raise(2, 'a'));
      const reply = apply(announce('a', 1));
      assert(reply.kind === 'error' && reply.code === 'memberTooOld');
      assert.equal(readAnnouncement(read, 'a')?.commandVersionMax, 2);
    });
  });

  describe('with versions', () => {
    it('starts with the first', () => {
      assert.equal(activeVersion(createReplica().read), 1);
    });

    it('raises it when every member has announced it', () => {
      const { apply, read } = createReplica(newer);
      apply(announce('a', 2));
      apply(announce('b', 3));
      assert.deepEqual(apply(raise(2, 'a', 'b')), { kind: 'okVersion', version: 2 });
      assert.equal(activeVersion(read), 2);
      assert.deepEqual(apply(raise(2, 'a', 'b')), { kind: 'okVersion', version: 2 });
    });

    it('does not raise it while a member has not, or came back older', () => {
      const { apply, read } = createReplica(newer);
      apply(announce('a', 3));
      for (const command of [raise(2, 'a', 'b'), raise(2, 'b')]) {
        const reply = apply(command);
        assert(reply.kind === 'error' && reply.code === 'versionNotAnnounced');
      }
      apply(announce('a', 1));
      const reply = apply(raise(2, 'a'));
      assert(reply.kind === 'error' && reply.code === 'versionNotAnnounced');
      assert.equal(activeVersion(read), 1);
    });

    it('keeps a program that is too old from going on', () => {
      const { apply, read } = createReplica(newer);
      assert.equal(versionProblem(read, 1), undefined);
      apply(announce('a', 3));
      apply(raise(3, 'a'));
      assert.equal(versionProblem(read, 3), undefined);
      assert.match(versionProblem(read, 2) ?? '', /version 3, .* version 2 .* newer version/);
    });

    it('never lowers it', () => {
      const { apply, read } = createReplica(newer);
      apply(announce('a', 3));
      apply(raise(3, 'a'));
      const reply = apply(raise(2, 'a'));
      assert(reply.kind === 'error' && reply.code === 'versionLowered');
      assert.equal(activeVersion(read), 3);
    });

    it('stops a member that is older than what is raised', () => {
      const { apply } = createReplica();
      apply(announce('a', 9));
      assert.throws(() => apply(raise(9, 'a')), { name: 'UnknownCommand', message: /version 9/ });
    });

    it('stops nobody for a version that no member has announced', () => {
      const { apply, read } = createReplica();
      apply(announce('a', 1));
      for (const command of [raise(99, 'a'), raise(99)]) {
        const reply = apply(command);
        assert(reply.kind === 'error' && reply.code === 'versionNotAnnounced');
      }
      assert.equal(activeVersion(read), 1);
    });
  });

  it('does the same on every member', () => {
    fc.assert(
      fc.property(fc.array(busyCommand, { maxLength: 40 }), (commands) => {
        const [a, b] = [
          createReplica(createMachine(busyRules)),
          createReplica(createMachine(busyRules)),
        ];
        for (const command of commands) assert.deepEqual(a.apply(command), b.apply(command));
        assert.deepEqual(a.dump(), b.dump());
      }),
    );
  });

  it('changes no rows but those it says', () => {
    fc.assert(
      fc.property(fc.array(busyCommand, { maxLength: 40 }), (commands) => {
        const replica = createReplica(createMachine(busyRules));
        for (const command of commands) {
          const before = replica.dump();
          replica.written(command);
          assert.deepEqual(replica.dump(), before);
          replica.apply(command);
        }
      }),
    );
  });
});
