import { strict as assert } from 'node:assert';
import type { Configuration, Standing } from '../../raft/membership/configuration.ts';
import type { HardState } from '../../raft/hard-state.ts';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { PlacedConfiguration } from '../../raft/raft.ts';
import { applyLogWrite } from '../../storage/memory/log-content.ts';
import { copyDisk } from '../../storage/memory/memory-disk.ts';
import type { DiskCopy } from '../../storage/memory/memory-disk.ts';
import { addHost } from '../world/directory.ts';
import type { Host } from '../world/host.ts';
import { forget } from './ledger.ts';
import {
  areDispensable,
  isAlive,
  isLost,
  mayJump,
  mayPutBack,
  mayRot,
  maySpare,
  wouldAgree,
} from './limits.ts';
import { drawPlan } from '../plan/schedule.ts';
import { createWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** Members 1, 2, 3 … on hosts 0, 1, 2 …, of these standings. */
function configure(
  standings: readonly Standing[],
  outgoing: readonly number[] = [],
): Configuration {
  return {
    members: standings.map((standing, at) => ({
      id: toMemberId(at + 1),
      directory: `h${at}.1`,
      priority: 0,
      standing,
    })),
    outgoing: outgoing.map(toMemberId),
    nextMemberId: toMemberId(standings.length + 1),
    trust: 'earlyCampaign',
  };
}

const voters = (count: number): readonly Standing[] => Array.from({ length: count }, () => 'voter');

const placed = (index: number, configuration: Configuration): PlacedConfiguration => ({
  index: toIndex(index),
  configuration,
});

/** A cluster that agrees on `configuration`, and on a log of these terms, all of it committed. */
function cluster(configuration: Configuration, terms: readonly number[] = []): World {
  const plan = drawPlan(1, configuration.members.length);
  const settings = { ...plan.settings, hosts: 8, lease: true };
  const world = createWorld({ ...plan, settings }, [], undefined);
  const { ledger } = world;
  ledger.committed = placed(1, configuration);
  for (const { id, directory } of configuration.members) {
    const host = addHost(world);
    host.use = 'used';
    ledger.directories.set(id, directory);
    ledger.joined.add(directory);
    ledger.kept.set(directory, [ledger.committed]);
    write(host, 1, terms, { term: terms.at(-1) ?? 1, vote: 1 });
  }
  for (const [at, term] of terms.entries()) ledger.committedTerms[at + 1] = toTerm(term);
  return world;
}

const NO_DATA = new Uint8Array();

/** Puts entries of these terms on the host's disk, from index `first` on. */
function write(
  { directory: { disk } }: Host,
  first: number,
  terms: readonly number[],
  hardState?: { term: number; vote: number },
): void {
  const entries = terms.map((term, at) => ({
    index: toIndex(first + at),
    term: toTerm(term),
    kind: 'command' as const,
    data: NO_DATA,
  }));
  const state: { hardState?: HardState } =
    hardState === undefined
      ? {}
      : { hardState: { term: toTerm(hardState.term), vote: toMemberId(hardState.vote) } };
  for (const content of [disk.log.base, disk.log.live]) {
    const member = toMemberId(Number(disk.log.base.identity?.member ?? 1));
    const batch = { identity: { cluster: 'c', member }, entries, ...state };
    const last = content.outline?.last ?? toIndex(0);
    applyLogWrite(content, { kind: 'append', batch, last });
  }
}

const hostAt = (world: World, slot: number): Host => world.hosts[slot]!;

describe('what the injector may do', () => {
  describe('to directories: wipe them', () => {
    it('while the other voters are a quorum', () => {
      const world = cluster(configure(voters(3)));
      assert.ok(maySpare(world, hostAt(world, 0), []));
      hostAt(world, 1).use = 'retired';
      assert.ok(!maySpare(world, hostAt(world, 0), []));
    });

    it('never the only voter, nor one of two', () => {
      for (const count of [1, 2]) {
        const world = cluster(configure(voters(count)));
        assert.ok(!maySpare(world, hostAt(world, 0), []));
      }
    });

    it('always that of a learner', () => {
      const world = cluster(configure(['voter', 'learner']));
      assert.ok(maySpare(world, hostAt(world, 1), []));
    });

    it('not when a change that may still be committed, or is planned, could not do without it', () => {
      const world = cluster(configure(['voter', 'voter', 'voter', 'learner']));
      const joint = configure(['leaving', 'leaving', 'voter', 'voter'], [1, 2, 3]);
      assert.ok(maySpare(world, hostAt(world, 3), []));
      assert.ok(!maySpare(world, hostAt(world, 3), [joint]));
      world.ledger.pending.push(placed(5, joint));
      assert.ok(!maySpare(world, hostAt(world, 3), []));
      assert.ok(maySpare(world, hostAt(world, 0), []));
    });

    it('counting a member whose copy is behind as lost, until it has caught up', () => {
      const world = cluster(configure(voters(3)), [1, 1]);
      const last = { index: toIndex(3), term: toTerm(1) };
      forget(world.ledger, 'h1.1', last);
      assert.ok(isLost(world, 'h1.1'));
      assert.ok(!maySpare(world, hostAt(world, 0), []));
      write(hostAt(world, 1), 3, [1]);
      assert.ok(!isLost(world, 'h1.1'));
      assert.ok(maySpare(world, hostAt(world, 0), []));
    });

    it('counting a member whose state has rotted as lost, and letting none rot that is needed', () => {
      const world = cluster(configure(voters(3)));
      assert.ok(mayRot(world, hostAt(world, 1), []));
      hostAt(world, 1).directory.disk.state.live.damaged.add('x/1');
      assert.ok(!maySpare(world, hostAt(world, 0), []));
      assert.ok(!mayRot(world, hostAt(world, 2), []));
      hostAt(world, 1).directory.disk.state.live.damaged.clear();
      hostAt(world, 0).use = 'retired';
      assert.ok(!mayRot(world, hostAt(world, 1), []));
    });

    it('letting none rot while a change leaves too few that are right, and no such change begin', () => {
      const world = cluster(configure(voters(3)));
      assert.ok(!mayRot(world, hostAt(world, 1), [configure(['voter', 'voter', 'learner'])]));
      hostAt(world, 1).directory.disk.state.live.damaged.add('x/1');
      assert.ok(wouldAgree(world, configure(voters(3))));
      assert.ok(!wouldAgree(world, configure(['voter', 'voter', 'learner'])));
      assert.ok(wouldAgree(world, configure(['voter', 'learner', 'voter'])));
    });

    it('and a cluster lives while both halves of a joint configuration have a quorum', () => {
      const world = cluster(configure(voters(4)));
      hostAt(world, 3).use = 'retired';
      assert.ok(isAlive(world, configure(voters(4), [1, 2, 3])));
      assert.ok(!isAlive(world, configure(['leaving', 'leaving', 'voter', 'voter'], [1, 2])));
    });
  });

  describe('to the network: strand a leader and a follower', () => {
    it('leaves voters that can elect another leader', () => {
      const strandable = (standings: readonly Standing[], slots: readonly number[]): boolean => {
        const world = cluster(configure(standings));
        return areDispensable(
          world,
          slots.map((slot) => hostAt(world, slot)),
        );
      };
      assert.ok(strandable(voters(5), [0, 1]));
      assert.ok(!strandable(voters(4), [0, 1]));
      assert.ok(!strandable(voters(3), [0, 1]));
      assert.ok(strandable([...voters(3), 'learner'], [0, 3]));
    });
  });

  describe('to directories: put back an older copy', () => {
    const HELD = [1, 1, 2];

    /** A cluster, and a copy of host 0 made before entries 3 came. */
    function withCopy(count: number): { world: World; host: Host; copy: DiskCopy } {
      const world = cluster(configure(voters(count)), HELD.slice(0, 2));
      for (const host of world.hosts) write(host, 3, [], { term: 2, vote: 1 });
      const host = hostAt(world, 0);
      const copy = copyDisk(host.directory.disk);
      for (const other of world.hosts) write(other, 3, [2]);
      world.ledger.committedTerms[3] = toTerm(2);
      return { world, host, copy };
    }

    it('when all it forgets is committed, and on the disks of a quorum without it', () => {
      const { world, host, copy } = withCopy(3);
      assert.deepEqual(mayPutBack(world, host, copy), { index: 3, term: 2 });
    });

    it('never in a cluster where every voter is needed', () => {
      for (const count of [1, 2]) {
        const { world, host, copy } = withCopy(count);
        assert.equal(mayPutBack(world, host, copy), undefined);
      }
    });

    it('not when it has voted since', () => {
      const { world, host, copy } = withCopy(3);
      write(host, 4, [], { term: 2, vote: 2 });
      assert.equal(mayPutBack(world, host, copy), undefined);
      write(host, 4, [], { term: 3, vote: 1 });
      assert.equal(mayPutBack(world, host, copy), undefined);
    });

    it('not when it has something that is not committed, or committed otherwise', () => {
      const { world, host, copy } = withCopy(3);
      write(host, 4, [2]);
      assert.equal(mayPutBack(world, host, copy), undefined);
      world.ledger.committedTerms[4] = toTerm(1);
      assert.equal(mayPutBack(world, host, copy), undefined);
    });

    it('not when too few others have it, be it only because theirs were put back too', () => {
      const { world, host, copy } = withCopy(5);
      for (const slot of [1, 2])
        forget(world.ledger, `h${slot}.1`, { index: toIndex(9), term: toTerm(2) });
      assert.equal(mayPutBack(world, host, copy), undefined);
    });

    it('not when others still believe in a configuration in which its vote would tip the scales', () => {
      // Members 1 and 2 were removed; 2 never heard of it. Together they could elect each other.
      const { world, host, copy } = withCopy(3);
      world.ledger.committed = placed(3, configure(['learner', 'learner', 'voter']));
      const before = copyDisk(hostAt(world, 1).directory.disk);
      assert.ok(mayPutBack(world, host, copy) !== undefined);
      world.ledger.kept.set('h1.1', [placed(1, configure(voters(3)))]);
      const { base } = hostAt(world, 1).directory.disk.log;
      base.entries.delete(toIndex(3));
      base.outline = undefined;
      assert.equal(mayPutBack(world, host, copy), undefined);
      assert.ok(before.log.entries.size === 3);
    });

    it('whenever nothing is forgotten', () => {
      const world = cluster(configure(voters(2)), HELD);
      const host = hostAt(world, 0);
      assert.ok(mayPutBack(world, host, copyDisk(host.directory.disk)) !== undefined);
    });
  });

  describe('to clocks', () => {
    it('let them jump, unless some core trusts leases or did so a moment ago', () => {
      const world = cluster(configure(voters(3)));
      assert.ok(mayJump(world));
      const lease = { ...configure(voters(3)), trust: 'lease' } as const;
      world.ledger.kept.set('h2.1', [placed(2, lease)]);
      assert.ok(!mayJump(world));
      world.ledger.kept.delete('h2.1');
      world.ledger.leaseSeenMs = 0;
      assert.ok(!mayJump(world));
      world.queue.nowUs = 5_000 * world.plan.settings.core.electionTimeoutMs;
      assert.ok(mayJump(world));
    });
  });
});
