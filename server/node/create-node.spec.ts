/** The driver with the real core, on disks and a network in memory, in made-up time. */
import assert from 'node:assert/strict';
import type { Machine } from '../ports/machine.ts';
import { StorageError } from '../ports/outcome.ts';
import type { Envelope } from '../ports/transport.ts';
import type { Change } from '../raft/membership/configuration.ts';
import { ORIGIN, toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import type { Index } from '../raft/ids.ts';
import type { Message } from '../raft/message.ts';
import type { DiskFate, DiskOperation } from '../storage/memory/disk-policy.ts';
import { createMemoryLogStore } from '../storage/memory/log-store.ts';
import {
  crash,
  createMemoryDisk,
  damageEntry,
  damageRow,
  durableLog,
  durablePosition,
  wipe,
} from '../storage/memory/memory-disk.ts';
import type { MemoryDisk } from '../storage/memory/memory-disk.ts';
import { createMemoryStateStore } from '../storage/memory/state-store.ts';
import { createMemoryNetwork } from '../transport/memory.ts';
import { createNode } from './create-node.ts';
import type { Node, NodeObserver, NodeOptions } from './node.ts';
import type { ChangeOutcome, CompactOutcome, ProposeOutcome, ReadOutcome } from './outcome.ts';
import { NODE_OPTIONS } from './testing/node-options.ts';

const STEP_MS = 10;

/** `key=value` sets a row; the reply is the command. `break` breaks an invariant. */
const machine: Machine = (read, command) => {
  const [key = '', value = ''] = Buffer.from(command).toString().split('=');
  if (key === 'break') throw new Error('broken');
  read(key);
  return { rows: new Map([[key, Buffer.from(value)]]), reply: command };
};

interface Place {
  readonly directory: string;
  readonly disk: MemoryDisk;
  node: Node;
  /** How the next operations of the disk end; held back while it says `hold`. */
  fate: (operation: DiskOperation) => DiskFate | 'hold';
  readonly held: (() => void)[];
  starts: number;
  alive: boolean;
}

function createWorld(overrides: Partial<NodeOptions> = {}) {
  const tasks: (() => void)[] = [];
  const places = new Map<string, Place>();
  const sent: Envelope[] = [];
  let nowMs = 0;
  const defer = (task: () => void): void => void tasks.push(task);
  const network = createMemoryNetwork(defer);

  const settle = (): void => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task();
  };
  /** Lets time pass, until `condition` holds if there is one. */
  const pass = (ms: number, condition?: () => boolean): void => {
    settle();
    for (const endMs = nowMs + ms; nowMs < endMs;) {
      if (condition?.() === true) return;
      nowMs += STEP_MS;
      for (const place of places.values()) if (place.alive) place.node.tick();
      settle();
    }
    if (condition !== undefined)
      assert(condition(), `not within ${ms} ms: ${condition.toString()}`);
  };

  const boot = (place: Place, observer?: NodeObserver): void => {
    place.starts += 1;
    place.alive = true;
    const transport = network.transport(place.directory);
    place.node = createNode(
      {
        log: createMemoryLogStore(place.disk),
        state: createMemoryStateStore(place.disk),
        transport: {
          send: (envelope) => {
            sent.push(envelope);
            transport.send(envelope);
          },
          sendSnapshot: (envelope, body, done) => transport.sendSnapshot(envelope, body, done),
        },
        clock: { nowMs: () => nowMs },
        defer,
        machine,
        stateProblem: (row) => (row('too-new') === undefined ? undefined : 'too new'),
      },
      {
        ...NODE_OPTIONS,
        ...overrides,
        directory: place.directory,
        seed: places.size * 100 + place.starts,
      },
      observer,
    );
    network.connect(place.directory, place.node);
  };

  const place = (directory: string, observer?: NodeObserver): Place => {
    const disk = createMemoryDisk({
      policy: {
        submit: (operation, complete) => {
          defer(() => {
            const fate = made.fate(operation);
            if (fate === 'hold') made.held.push(() => complete('done'));
            else complete(fate);
          });
        },
      },
      chunkBytesMax: 200,
    });
    const made: Place = {
      directory,
      disk,
      node: undefined as never,
      fate: () => 'done',
      held: [],
      starts: 0,
      alive: false,
    };
    places.set(directory, made);
    boot(made, observer);
    return made;
  };

  /** The process is killed; what is in flight is lost, or kept. */
  const kill = (at: Place, keep = false): void => {
    at.alive = false;
    at.held.length = 0;
    network.disconnect(at.directory);
    crash(at.disk, () => keep);
  };

  const propose = (at: Place, command: string): { outcome?: ProposeOutcome } => {
    const call: { outcome?: ProposeOutcome } = {};
    at.node.propose(Buffer.from(command), (outcome) => (call.outcome = outcome));
    return call;
  };
  const read = (at: Place, key: string): { outcome?: ReadOutcome; value?: string } => {
    const call: { outcome?: ReadOutcome; value?: string } = {};
    at.node.read((outcome) => {
      call.outcome = outcome;
      const value = outcome.kind === 'ready' ? at.node.row(key) : undefined;
      if (value !== undefined) call.value = Buffer.from(value).toString();
    });
    return call;
  };
  const change = (at: Place, changes: readonly Change[], expected?: Index) => {
    const call: { outcome?: ChangeOutcome } = {};
    const index = expected ?? at.node.status().configurationIndex;
    at.node.change(index, changes, (outcome) => (call.outcome = outcome));
    return call;
  };
  const write = (at: Place, command: string): void => {
    const call = propose(at, command);
    pass(2_000, () => call.outcome !== undefined);
    assert.equal(call.outcome?.kind, 'applied', command);
  };
  const leads = (at: Place): boolean => at.alive && at.node.status().role === 'leader';
  const leaderOf = (...among: readonly Place[]): Place => {
    pass(10_000, () => among.some(leads));
    const found = among.find(leads);
    assert(found !== undefined);
    return found;
  };
  const value = (at: Place, key: string): string | undefined => {
    if (at.node.status().phase !== 'running') return undefined;
    const found = at.node.row(key);
    return found && Buffer.from(found).toString();
  };

  /** A cluster of one. */
  const found = (directory: string, observer?: NodeObserver): Place => {
    const made = place(directory, observer);
    pass(STEP_MS);
    made.node.bootstrap('cluster', () => undefined);
    leaderOf(made);
    write(made, 'first=1');
    return made;
  };
  const complete = (leader: Place, changes: readonly Change[]): void => {
    const call = change(leader, changes);
    pass(5_000, () => call.outcome !== undefined);
    assert.equal(call.outcome?.kind, 'changed');
  };
  /** Makes more directories members: learners first, and voters of them once they have caught up. */
  const join = (
    leader: Place,
    standing: 'voter' | 'learner',
    ...directories: string[]
  ): Place[] => {
    const joiners = directories.map((directory) => place(directory));
    pass(STEP_MS);
    complete(
      leader,
      directories.map((directory) => ({ kind: 'add', directory, priority: 0 })),
    );
    const { applied } = leader.node.status();
    pass(5_000, () => joiners.every(({ node }) => node.status().applied >= applied));
    if (standing === 'voter') {
      const ids = joiners.map(({ node }) => node.status().identity!.member);
      complete(
        leader,
        ids.map((id) => ({ kind: 'promote', id })),
      );
    }
    return joiners;
  };
  const three = (): [Place, Place, Place] => {
    const a = found('a');
    const [b, c] = join(a, 'voter', 'b', 'c');
    assert(b !== undefined && c !== undefined);
    return [a, b, c];
  };

  return {
    network,
    defer,
    sent,
    settle,
    pass,
    boot,
    place,
    kill,
    propose,
    read,
    change,
    write,
    leads,
    leaderOf,
    value,
    found,
    join,
    three,
  };
}

describe('A node', () => {
  it('waits in an empty directory and turns everything away', () => {
    const { place, pass, propose, read } = createWorld();
    const a = place('a');
    pass(3_000);
    const calls = [propose(a, 'x=1'), read(a, 'x')];
    pass(STEP_MS);
    for (const { outcome } of calls) {
      assert.deepEqual(outcome, {
        kind: 'refused',
        refusal: { reason: 'notLeader', leader: undefined },
      });
    }
    assert.equal(a.node.status().phase, 'waiting');
    assert.throws(() => a.node.row('x'), { code: 'closed' });
  });

  it('founds a cluster, applies what is proposed and reads it', () => {
    const { found, write, read, pass } = createWorld();
    const a = found('a');
    write(a, 'x=1');
    const call = read(a, 'x');
    pass(1_000, () => call.outcome !== undefined);
    assert.equal(call.value, '1');
    const { identity, applied, configuration } = a.node.status();
    assert.deepEqual(identity, { cluster: 'cluster', member: 1 });
    assert(applied > 3);
    assert.deepEqual(configuration?.members, [
      { id: 1, directory: 'a', priority: 0, standing: 'voter' },
    ]);
  });

  it('founds no second cluster', () => {
    const { found, pass } = createWorld();
    const a = found('a');
    let outcome: string | undefined;
    a.node.bootstrap('another', (result) => (outcome = result));
    pass(STEP_MS);
    assert.equal(outcome, 'refused');
  });

  it('does not know whether it founded a cluster when its disk fails, until it has looked', () => {
    for (const [fate, phase] of [
      ['failed', 'waiting'],
      ['failedButWritten', 'running'],
    ] as const) {
      const { place, pass } = createWorld();
      const a = place('a');
      pass(STEP_MS);
      a.fate = ({ kind }) => (kind === 'write' ? fate : 'done');
      let outcome: string | undefined;
      a.node.bootstrap('cluster', (result) => (outcome = result));
      pass(STEP_MS);
      assert.deepEqual([outcome, a.node.status().phase], ['unknown', 'reopening']);
      a.fate = () => 'done';
      pass(1_000, () => a.node.status().phase === phase);
    }
  });

  it('forms a cluster with others, and serves reads as a follower', () => {
    const { three, write, read, pass, value } = createWorld();
    const [a, b, c] = three();
    write(a, 'x=1');
    const call = read(c, 'x');
    pass(1_000, () => call.outcome !== undefined);
    assert.equal(call.value, '1');
    pass(1_000);
    assert.deepEqual(
      [a, b, c].map((each) => value(each, 'first')),
      ['1', '1', '1'],
    );
    assert.deepEqual(b.node.status().identity, { cluster: 'cluster', member: 2 });
    assert.deepEqual(
      a.node.status().peers.map(({ id, state }) => ({ id, state })),
      [
        { id: 2, state: 'replicate' },
        { id: 3, state: 'replicate' },
      ],
    );
  });

  it('tells whom it has heard from lately, and does not guess', () => {
    const { three, pass, kill, leaderOf } = createWorld();
    const [a, b, c] = three();
    const recent = ({ node }: Place) =>
      node
        .status()
        .peers.filter((peer) => peer.recent)
        .map((peer) => peer.id);
    pass(500);
    assert.deepEqual(recent(a), [2, 3]);
    kill(a);
    const leader = leaderOf(b, c);
    assert(!recent(leader).includes(toMemberId(1)), 'it has never answered this leader');
    const follower = leader === b ? c : b;
    const { member } = follower.node.status().identity!;
    pass(500, () => recent(leader).includes(member));
    kill(follower);
    pass(800);
    assert.deepEqual(recent(leader), [member]);
    pass(300, () => recent(leader).length === 0);
  });

  it('finds everything again when it is started anew', () => {
    const { found, write, pass, kill, boot, leaderOf, value } = createWorld();
    const a = found('a');
    write(a, 'x=1');
    pass(500);
    write(a, 'y=1');
    const { durable, applied } = a.node.status();
    assert(durable < applied);
    kill(a);
    boot(a);
    leaderOf(a);
    pass(1_000, () => a.node.status().applied >= applied);
    assert.deepEqual([value(a, 'x'), value(a, 'y')], ['1', '1']);
    assert.equal(a.node.status().term, 3);
  });

  it('acknowledges nothing before it is synced', () => {
    const { three, pass, propose, leaderOf, sent } = createWorld();
    const all = three();
    const leader = leaderOf(...all);
    const followers = all.filter((each) => each !== leader);
    pass(500);
    for (const each of followers) {
      each.fate = ({ store, kind }) => (store === 'log' && kind === 'write' ? 'hold' : 'done');
    }
    sent.length = 0;
    const call = propose(leader, 'x=1');
    pass(300);
    const acknowledged = (): boolean =>
      sent.some(
        ({ message }) =>
          message.kind === 'appendAccepted' && message.match > leader.node.status().commit,
      );
    assert.deepEqual([call.outcome, acknowledged()], [undefined, false]);
    for (const each of followers) {
      each.fate = () => 'done';
      for (const release of each.held.splice(0)) release();
    }
    pass(300, () => call.outcome?.kind === 'applied');
  });

  it('commits in groups: what comes while a write runs is one write', () => {
    const { found, propose, pass, value } = createWorld();
    const a = found('a');
    pass(500);
    let writes = 0;
    a.fate = ({ store, kind }) => {
      if (store !== 'log' || kind !== 'write') return 'done';
      writes += 1;
      return writes === 1 ? 'hold' : 'done';
    };
    const calls = [propose(a, 'x=1')];
    pass(STEP_MS);
    for (let n = 0; n < 50; n += 1) {
      calls.push(propose(a, `y=${n}`));
      pass(0);
    }
    assert.equal(writes, 1);
    for (const release of a.held.splice(0)) release();
    pass(200);
    assert(calls.every(({ outcome }) => outcome?.kind === 'applied'));
    assert.equal(value(a, 'y'), '49');
    assert.equal(writes, 2, 'the one that ran, and one for the rest');
  });

  it('gives up on what its failed disk may or may not hold, opens it again and goes on', () => {
    for (const fate of ['failed', 'failedButWritten', 'full'] as const) {
      const { found, propose, pass, leaderOf, write, value } = createWorld();
      const a = found('a');
      pass(500);
      a.fate = ({ store, kind }) => (store === 'log' && kind === 'write' ? fate : 'done');
      const call = propose(a, 'x=1');
      pass(STEP_MS);
      assert.equal(call.outcome?.kind, 'unknown');
      assert.equal(a.node.status().phase, 'reopening');
      const { error } = a.node.status();
      assert.equal(
        error instanceof StorageError && error.code,
        fate === 'full' ? 'full' : 'failed',
      );
      const refused = propose(a, 'x=1');
      pass(STEP_MS);
      assert.deepEqual(refused.outcome, { kind: 'refused', refusal: { reason: 'halted' } });
      a.fate = () => 'done';
      leaderOf(a);
      write(a, 'y=1');
      assert.equal(value(a, 'x'), fate === 'failedButWritten' ? '1' : undefined);
    }
  });

  it('opens a failed disk again as often as it takes', () => {
    const { found, pass, leaderOf, write } = createWorld();
    const a = found('a');
    a.fate = () => 'failed';
    pass(3_000);
    assert.equal(a.node.status().phase, 'reopening');
    a.fate = () => 'done';
    leaderOf(a);
    write(a, 'y=1');
  });

  it('does not vanish behind a failed flush of its state', () => {
    const { found, propose, pass, leaderOf, value } = createWorld();
    const a = found('a');
    pass(500);
    a.fate = ({ store, kind }) => (store === 'state' && kind === 'write' ? 'failed' : 'done');
    const call = propose(a, 'x=1');
    pass(2_000, () => a.node.status().phase === 'reopening');
    assert.equal(call.outcome?.kind, 'applied');
    a.fate = () => 'done';
    leaderOf(a);
    pass(500);
    assert.equal(value(a, 'x'), '1');
  });

  it('hands leadership over when its disk fails', () => {
    const { three, pass, leaderOf, propose, sent } = createWorld();
    const all = three();
    const leader = leaderOf(...all);
    pass(500);
    leader.fate = ({ store, kind }) => (store === 'log' && kind === 'write' ? 'failed' : 'done');
    propose(leader, 'x=1');
    pass(STEP_MS);
    assert(sent.some(({ message }) => message.kind === 'timeoutNow'));
    const others = all.filter((each) => each !== leader);
    leaderOf(...others);
    leader.fate = () => 'done';
    pass(2_000, () => leader.node.status().role === 'follower');
  });

  it('refuses to go on with damaged data, and deletes nothing', () => {
    const { found, write, propose, pass, kill, boot } = createWorld();
    const a = found('a');
    write(a, 'x=1');
    pass(500);
    damageRow(a.disk, 'x');
    const call = propose(a, 'x=2');
    pass(500);
    assert.equal(call.outcome?.kind, 'unknown');
    assert.equal(a.node.status().phase, 'refused');
    assert.match(a.node.status().error?.message ?? '', /row x/);
    kill(a);
    damageEntry(a.disk, toIndex(2));
    boot(a);
    pass(500);
    assert.equal(a.node.status().phase, 'refused');
    assert.match(a.node.status().error?.message ?? '', /entry 2/);
  });

  it('refuses to go on from a state that it cannot apply to', () => {
    const { found, write, pass, kill, boot } = createWorld();
    const a = found('a');
    write(a, 'too-new=1');
    pass(500);
    kill(a);
    boot(a);
    pass(500);
    const { phase, error } = a.node.status();
    assert.equal(phase, 'refused');
    assert(error instanceof StorageError && error.code === 'foreign');
    assert.equal(error.message, 'too new');
  });

  it('shows what of its state is durable, while it runs', () => {
    const { found, write, pass } = createWorld();
    const a = found('a');
    write(a, 'x=1');
    pass(500);
    const { durable } = a.node.status();
    const whole = a.node.snapshot();
    assert.equal(whole.position.index, durable);
    const chunks: Uint8Array[] = [];
    const take = (): void =>
      whole.next((outcome) => {
        assert(outcome.ok);
        if (outcome.value === undefined) return;
        chunks.push(outcome.value);
        take();
      });
    take();
    pass(100);
    assert.match(Buffer.concat(chunks).toString(), /x/);
    whole.close();
    a.node.stop(() => undefined);
    assert.throws(() => a.node.snapshot(), StorageError);
  });

  it('drops proposals that another leader has replaced', () => {
    const { network, three, pass, leaderOf, propose, write } = createWorld();
    const all = three();
    const old = leaderOf(...all);
    pass(500);
    network.disconnect(old.directory);
    const call = propose(old, 'x=old');
    const others = all.filter((each) => each !== old);
    write(leaderOf(...others), 'x=new');
    network.connect(old.directory, old.node);
    pass(2_000, () => call.outcome !== undefined);
    assert.equal(call.outcome?.kind, 'dropped');
  });

  it('does not know of proposals and changes without an outcome in time', () => {
    const { network, three, pass, leaderOf, propose, read, change } = createWorld();
    const all = three();
    const leader = leaderOf(...all);
    pass(500);
    for (const { directory } of all) network.disconnect(directory);
    const calls = [
      propose(leader, 'x=1'),
      change(leader, [{ kind: 'prioritize', id: toMemberId(2), priority: 1 }]),
      read(
        all.find((each) => each !== leader)!,
        'x',
      ),
    ];
    pass(5_200);
    assert.deepEqual(
      calls.map(({ outcome }) => outcome?.kind),
      ['unknown', 'unknown', 'timeout'],
    );
  });

  it('ends every call when it is stopped, and falls silent', () => {
    const { found, propose, read, pass, settle } = createWorld();
    const a = found('a');
    a.fate = ({ kind }) => (kind === 'write' ? 'hold' : 'done');
    const calls = [propose(a, 'x=1')];
    settle();
    calls.push(read(a, 'x') as never);
    let stopped = false;
    a.node.stop(() => (stopped = true));
    assert.deepEqual(
      calls.map(({ outcome }) => outcome?.kind),
      ['unknown', 'timeout'],
    );
    settle();
    assert(!stopped, 'the disk still writes');
    a.fate = () => 'done';
    for (const release of a.held.splice(0)) release();
    settle();
    assert(stopped);
    pass(2_000);
    assert.equal(a.node.status().phase, 'stopped');
  });

  it('applies nothing more once a caller has stopped it', () => {
    const applied: number[] = [];
    const { found, settle } = createWorld();
    const a = found('a', { applied: ({ index }) => applied.push(index) });
    const before = applied.length;
    a.node.propose(Buffer.from('x=1'), () => a.node.stop(() => undefined));
    a.node.propose(Buffer.from('x=2'), () => undefined);
    settle();
    assert.equal(applied.length, before + 1);
  });

  it('acknowledges nothing once it was stopped, though its disk goes on', () => {
    const { three, pass, leaderOf, propose, sent, settle } = createWorld();
    const all = three();
    const leader = leaderOf(...all);
    const follower = all.find((each) => each !== leader)!;
    pass(500);
    follower.fate = ({ store, kind }) => (store === 'log' && kind === 'write' ? 'hold' : 'done');
    propose(leader, 'x=1');
    settle();
    assert.equal(follower.held.length, 1);
    follower.node.stop(() => undefined);
    sent.length = 0;
    for (const release of follower.held.splice(0)) release();
    settle();
    assert.deepEqual(
      sent.filter(({ source }) => source === follower.directory),
      [],
    );
  });

  it('takes no commands while space is low, whether it hears of it before or after its start', () => {
    const { place, pass, propose, leaderOf, write } = createWorld();
    const a = place('a');
    a.node.storageSpace(true);
    pass(STEP_MS);
    a.node.bootstrap('cluster', () => undefined);
    leaderOf(a);
    const call = propose(a, 'x=1');
    pass(STEP_MS);
    assert.deepEqual(call.outcome, { kind: 'refused', refusal: { reason: 'diskFull' } });
    a.node.storageSpace(false);
    write(a, 'x=1');
  });

  it('repeats a change that is carried out already, at once', () => {
    const { found, join, change, pass } = createWorld();
    const a = found('a');
    join(a, 'learner', 'b');
    const again = change(a, [{ kind: 'add', directory: 'b', priority: 0 }]);
    pass(0);
    assert.deepEqual(again.outcome, { kind: 'changed', index: a.node.status().configurationIndex });
    const stale = change(a, [{ kind: 'trust', trust: 'lease' }], toIndex(1));
    pass(0);
    assert.equal(stale.outcome?.kind, 'refused');
  });

  it('transfers leadership', () => {
    const { three, pass, leaderOf, leads } = createWorld();
    const all = three();
    const leader = leaderOf(...all);
    pass(500);
    const target = all.find((each) => each !== leader)!;
    let outcome: string | undefined;
    leader.node.transfer(target.node.status().identity?.member, ({ kind }) => (outcome = kind));
    pass(1_000, () => outcome !== undefined);
    assert.equal(outcome, 'transferred');
    pass(1_000, () => leads(target));
  });

  it('tells a member that was removed, though it knows no address of it any more', () => {
    const { three, pass, leaderOf, change, network, kill, boot } = createWorld();
    const all = three();
    const leader = leaderOf(...all);
    const gone = all.find((each) => each !== leader)!;
    pass(500);
    network.disconnect(gone.directory);
    const id = gone.node.status().identity!.member;
    const call = change(leader, [{ kind: 'remove', id }]);
    pass(5_000, () => call.outcome?.kind === 'changed');
    for (const each of all) {
      if (each === gone) continue;
      kill(each);
      boot(each);
    }
    leaderOf(...all.filter((each) => each !== gone));
    network.connect(gone.directory, gone.node);
    pass(10_000, () => gone.node.status().role === 'removed');
  });

  it('takes a broken invariant as its end: nothing is sent or written after it', () => {
    const { found, join, pass, propose, sent, settle } = createWorld();
    const a = found('a');
    join(a, 'learner', 'b');
    pass(500);
    const before = durableLog(a.disk)!.last;
    const breaking = propose(a, 'break');
    assert.throws(settle, /broken/);
    assert.equal(breaking.outcome?.kind, 'unknown');
    assert.equal(a.node.status().phase, 'broken');
    assert.match(String(a.node.status().error), /broken/);
    sent.length = 0;
    const late = propose(a, 'x=1');
    pass(6_000);
    assert.deepEqual(late.outcome, { kind: 'refused', refusal: { reason: 'halted' } });
    assert.equal(sent.filter(({ source }) => source === 'a').length, 0);
    assert.equal(durableLog(a.disk)!.last, before + 1);
  });

  it('sends nothing of what its disk completes after a broken invariant', () => {
    const { three, pass, leaderOf, propose, sent, settle, defer, kill, boot } = createWorld();
    const all = three();
    const leader = leaderOf(...all);
    const follower = all.find((each) => each !== leader)!;
    kill(follower);
    let armed = false;
    boot(follower, {
      applied: () => {
        if (armed) throw new Error('broken');
      },
    });
    pass(1_000);
    armed = true;
    let writes = 0;
    follower.fate = ({ store, kind }) => {
      if (store !== 'log' || kind !== 'write') return 'done';
      writes += 1;
      return writes > 1 ? 'hold' : 'done';
    };
    propose(leader, 'x=1');
    defer(() => propose(leader, 'x=2'));
    assert.throws(() => pass(50), /broken/);
    assert.equal(follower.held.length, 1, 'a write was on its way');
    sent.length = 0;
    for (const release of follower.held.splice(0)) release();
    settle();
    assert.deepEqual(
      sent.filter(({ source }) => source === follower.directory),
      [],
    );
  });

  it('keeps its log within bounds', () => {
    const { found, write, pass } = createWorld({ logBytesMax: 20_000 });
    const a = found('a');
    for (let n = 0; n < 60; n += 1) write(a, `k${n}=${'x'.repeat(1_000)}`);
    pass(500);
    const { bytes, base } = durableLog(a.disk)!;
    assert(bytes < 25_000 && bytes > 5_000, `${bytes}`);
    assert(base.index <= durablePosition(a.disk).index);
    assert.equal(a.node.status().logBytes, bytes);
  });

  it('deletes from its log on request what its state holds durably', () => {
    const { found, write, pass } = createWorld();
    const a = found('a');
    for (let n = 0; n < 5; n += 1) write(a, `k${n}=1`);
    pass(500);
    write(a, 'behind=1');
    const { durable, lastLog } = a.node.status();
    assert(durable < lastLog);
    let outcome: CompactOutcome | undefined;
    a.node.compact((result) => (outcome = result));
    assert.equal(outcome, undefined);
    pass(STEP_MS);
    assert.deepEqual(outcome, { kind: 'compacted', first: durable + 1 });
    assert.equal(durableLog(a.disk)!.base.index, durable);
    a.node.compact((result) => (outcome = result));
    pass(STEP_MS);
    assert.deepEqual(outcome, { kind: 'compacted', first: durable + 1 }, 'nothing left');
  });

  it('keeps what a member in contact still needs, whatever is asked for', () => {
    const { found, join, write, pass, kill } = createWorld();
    const a = found('a');
    const [b] = join(a, 'learner', 'b');
    assert(b !== undefined);
    pass(500);
    const { match } = a.node.status().peers[0]!;
    kill(b);
    for (let n = 0; n < 5; n += 1) write(a, `k${n}=1`);
    pass(500);
    const compact = () => {
      let first: number | undefined;
      a.node.compact((outcome) => {
        first = outcome.kind === 'compacted' ? outcome.first : undefined;
      });
      pass(STEP_MS);
      return first;
    };
    assert.equal(compact(), match + 1);
    pass(1_000);
    assert.equal(compact(), a.node.status().durable + 1, 'out of contact');
  });

  it('says when it has no log to compact', () => {
    const { place, pass } = createWorld();
    const a = place('a');
    pass(STEP_MS);
    let outcome: CompactOutcome | undefined;
    a.node.compact((result) => (outcome = result));
    pass(STEP_MS);
    assert.equal(outcome?.kind, 'refused');
  });
});

describe('An address', () => {
  const message: Message = {
    kind: 'heartbeat',
    from: toMemberId(1),
    to: toMemberId(2),
    term: toTerm(50),
    round: 1,
    commit: ORIGIN,
  };
  const right: Envelope = { cluster: 'cluster', directory: 'b', source: 'a', message };

  for (const [what, envelope] of [
    ['for another cluster', { ...right, cluster: 'another' }],
    ['for another directory', { ...right, directory: 'old-b' }],
    ['for another member', { ...right, message: { ...message, to: toMemberId(3) } }],
    ['from another directory than the sender has', { ...right, source: 'impostor' }],
  ] as const) {
    it(`that is ${what} is refused, and counted`, () => {
      const { found, join, pass } = createWorld();
      const [b] = join(found('a'), 'learner', 'b');
      assert(b !== undefined);
      pass(500);
      const { term, misaddressed } = b.node.status();
      b.node.receive(envelope);
      assert.deepEqual(b.node.status().misaddressed, misaddressed + 1);
      assert.equal(b.node.status().term, term);
      b.node.receive(right);
      assert.equal(b.node.status().term, 50);
    });
  }

  it('makes a waiting directory a member, which its disk knows first', () => {
    const { place, pass, sent } = createWorld();
    const b = place('b');
    pass(STEP_MS);
    b.node.receive({ ...right, directory: 'old-b' });
    assert.deepEqual([b.node.status().phase, b.node.status().misaddressed], ['waiting', 1]);
    b.fate = ({ kind }) => (kind === 'write' ? 'hold' : 'done');
    b.node.receive(right);
    b.node.receive(right);
    pass(500);
    assert.deepEqual([b.node.status().phase, sent.length], ['waiting', 0]);
    b.fate = () => 'done';
    for (const release of b.held.splice(0)) release();
    assert.deepEqual(b.node.status().identity, { cluster: 'cluster', member: 2 });
    b.node.receive(right);
    pass(STEP_MS);
    assert.deepEqual(
      sent.map(({ directory, message: { kind } }) => ({ directory, kind })),
      [{ directory: 'a', kind: 'heartbeatReply' }],
      'it answers though no configuration has told it where',
    );
  });

  it('of a wiped directory is nobody: it waits until it is added as a new member', () => {
    const { three, pass, kill, place, leaderOf } = createWorld();
    const all = three();
    const leader = leaderOf(...all);
    const lost = all.find((each) => each !== leader)!;
    kill(lost);
    wipe(lost.disk);
    const fresh = place('fresh');
    pass(3_000);
    assert.equal(fresh.node.status().phase, 'waiting');
  });
});

describe('A snapshot', () => {
  const bounds = { logBytesMax: 2_000, logBytesHeldMax: 4_000 };

  /** A leader whose log has forgotten its beginning, and a directory that needs it. */
  const createCase = () => {
    const restored: string[] = [];
    const world = createWorld(bounds);
    const a = world.found('a');
    for (let n = 0; n < 40; n += 1) world.write(a, `k${n}=${'x'.repeat(200)}`);
    world.pass(500);
    assert(durableLog(a.disk)!.base.index > 5);
    const announced: string[] = [];
    const b = world.place('b', {
      restored: ({ index }, cause) => restored.push(`${cause} ${index}`),
      notStaged: () => announced.push('not set aside'),
      stepped: (input) => {
        if (input.kind === 'message' && input.message.kind === 'snapshot')
          announced.push('announced');
      },
    });
    world.pass(STEP_MS);
    const add: Change = { kind: 'add', directory: 'b', priority: 0 };
    return { ...world, a, b, restored, announced, add };
  };

  it('brings a member up to date whose log begins too late', () => {
    const { a, b, add, change, pass, write, value, restored } = createCase();
    change(a, [add]);
    pass(2_000, () => b.node.status().phase === 'running' && b.node.status().applied > 40);
    write(a, 'after=1');
    pass(1_000, () => value(b, 'after') === '1');
    assert.equal(value(b, 'k7'), 'x'.repeat(200));
    assert.equal(restored[0], 'opened 0');
    assert.match(restored[1] ?? '', /^installed 4\d$/);
    assert.deepEqual(b.node.status().configuration, a.node.status().configuration);
  });

  it('is announced to the core once it is set aside, and not before', () => {
    const { a, b, add, change, pass, announced } = createCase();
    b.fate = ({ kind }) => (kind === 'stage' ? 'failed' : 'done');
    change(a, [add]);
    pass(2_000, () => announced.length > 0);
    pass(100);
    assert.deepEqual(new Set(announced), new Set(['not set aside']));
    b.fate = () => 'done';
    pass(2_000, () => announced.includes('announced'));
    pass(2_000, () => b.node.status().applied > 40);
  });

  it('that the member cannot apply to is its end, now and when it is started again', () => {
    const { a, b, add, change, pass, write, kill, boot } = createCase();
    write(a, 'too-new=1');
    pass(500);
    change(a, [add]);
    pass(3_000, () => b.node.status().phase === 'refused');
    assert.equal(b.node.status().error?.message, 'too new');
    kill(b, true);
    boot(b);
    pass(1_000);
    assert.equal(b.node.status().phase, 'refused');
  });

  it('survives a crash at every operation of the disk on the way', () => {
    let operations = Infinity;
    for (let deadline = 1; deadline <= operations; deadline += 1) {
      for (const keep of [false, true]) {
        const { a, b, add, change, pass, write, value, kill, boot } = createCase();
        let count = 0;
        let dead = false;
        b.fate = () => {
          count += 1;
          if (count >= deadline) dead = true;
          return dead ? 'hold' : 'done';
        };
        change(a, [add]);
        pass(1_500);
        if (count < deadline) operations = count;
        kill(b, keep);
        b.fate = () => 'done';
        boot(b);
        pass(3_000, () => b.node.status().phase === 'running' && b.node.status().applied > 40);
        write(a, 'after=1');
        pass(2_000, () => value(b, 'after') === '1');
        assert.equal(value(b, 'k7'), 'x'.repeat(200));
      }
    }
    assert(operations > 10 && operations < 200, `${operations}`);
  });

  it('survives a failed write at every step, without a restart', () => {
    let operations = Infinity;
    for (let failing = 1; failing <= operations; failing += 1) {
      const { a, b, add, change, pass, write, value } = createCase();
      let count = 0;
      b.fate = () => {
        count += 1;
        return count === failing ? 'failed' : 'done';
      };
      change(a, [add]);
      pass(1_500);
      if (count < failing) operations = count;
      pass(5_000, () => b.node.status().phase === 'running' && b.node.status().applied > 40);
      write(a, 'after=1');
      pass(2_000, () => value(b, 'after') === '1');
      assert.equal(value(b, 'k7'), 'x'.repeat(200));
    }
    assert(operations > 10 && operations < 200, `${operations}`);
  });
});

describe('The face of a node', () => {
  it('answers no caller before the call has returned', () => {
    const { found, pass } = createWorld();
    const a = found('a');
    pass(500);
    const order: string[] = [];
    a.node.transfer(toMemberId(9), ({ kind }) => order.push(`transfer ${kind}`));
    order.push('returned');
    a.node.change(toIndex(0), [], ({ kind }) => order.push(`change ${kind}`));
    order.push('returned');
    pass(STEP_MS);
    assert.deepEqual(order, ['returned', 'returned', 'transfer refused', 'change refused']);
  });

  it('is not created with settings that cannot work', () => {
    const { found } = createWorld({ flushIntervalMs: 0 });
    assert.throws(() => found('a'), /flushIntervalMs is a positive integer/);
    const { found: other } = createWorld({ logBytesHeldMax: 1 });
    assert.throws(() => other('a'), /logBytesHeldMax/);
  });
});
