/** The key-value service of real nodes, on disks and a network in memory, in made-up time. */
import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { createNode } from '../node/create-node.ts';
import type { TransferOutcome } from '../node/outcome.ts';
import { NODE_OPTIONS } from '../node/testing/node-options.ts';
import type { Change } from '../raft/membership/configuration.ts';
import { UnknownCommand } from '../state/errors.ts';
import { clientCount } from '../state/retries.ts';
import { machine } from '../state/machine.ts';
import { faultless } from '../storage/memory/disk-policy.ts';
import { createMemoryLogStore } from '../storage/memory/log-store.ts';
import { crash, createMemoryDisk } from '../storage/memory/memory-disk.ts';
import type { MemoryDisk } from '../storage/memory/memory-disk.ts';
import { createMemoryStateStore } from '../storage/memory/state-store.ts';
import { createMemoryNetwork } from '../transport/memory.ts';
import type { Alarm } from './alarm.ts';
import type { Limits } from './limits.ts';
import { createBrokerClient } from './testing/broker-client.ts';
import type { AttemptOutcome, BrokerOutcome, Dial } from './testing/broker-client.ts';
import { callHandler, createServer } from './testing/server.ts';
import type { Server } from './testing/server.ts';

const STEP_MS = 10;

interface Place {
  readonly directory: string;
  readonly disk: MemoryDisk;
  server: Server;
  alive: boolean;
  starts: number;
  /** Calls whose connection breaks when the process dies. */
  readonly open: Set<(outcome: AttemptOutcome) => void>;
}

const REFUSED = { kind: 'network', words: 'tcp connect error: Connection refused' } as const;
const CUT_OFF = { kind: 'network', words: 'Unknown error: connection cut off' } as const;

function createWorld(limits: Partial<Limits> = {}, secondRedirectMs = 1_000) {
  const tasks: (() => void)[] = [];
  const alarms = new Map<() => void, number>();
  const places = new Map<string, Place>();
  let nowMs = 0;
  const defer = (task: () => void): void => void tasks.push(task);
  const alarm: Alarm = (ms, wake) => {
    const entry = (): void => wake();
    alarms.set(entry, nowMs + ms);
    return () => void alarms.delete(entry);
  };
  const network = createMemoryNetwork(defer);

  const settle = (): void => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task();
  };
  const pass = (ms: number, condition?: () => boolean): void => {
    settle();
    for (const endMs = nowMs + ms; nowMs < endMs;) {
      if (condition?.() === true) return;
      nowMs += STEP_MS;
      for (const [wake, dueMs] of [...alarms]) {
        if (dueMs <= nowMs && alarms.delete(wake)) wake();
      }
      for (const { alive, server } of places.values()) if (alive) server.node.tick();
      settle();
    }
    if (condition !== undefined) assert(condition(), `not in ${ms} ms: ${condition.toString()}`);
  };

  const boot = (place: Place): void => {
    place.starts += 1;
    place.alive = true;
    const { directory, disk } = place;
    place.server = createServer({
      clock: { nowMs: () => nowMs },
      defer,
      alarm,
      addressOf: (member) => (places.has(member) ? `${member}:1228` : undefined),
      limits,
      secondRedirectMs,
      boot: (observer) =>
        createNode(
          {
            log: createMemoryLogStore(disk),
            state: createMemoryStateStore(disk),
            transport: network.transport(directory),
            clock: { nowMs: () => nowMs },
            defer,
            machine,
          },
          { ...NODE_OPTIONS, directory, seed: places.size * 1_000 + place.starts },
          observer,
        ),
    });
    network.connect(directory, place.server.node);
  };
  const start = (directory: string): Place => {
    const disk = createMemoryDisk({ policy: faultless(defer) });
    const place: Place = {
      directory,
      disk,
      server: undefined as never,
      alive: false,
      starts: 0,
      open: new Set(),
    };
    places.set(directory, place);
    boot(place);
    pass(STEP_MS);
    return place;
  };
  /** As SIGKILL: connections break, and peers notice. */
  const kill = (place: Place): void => {
    const member = place.server.node.status().identity!.member;
    place.alive = false;
    network.disconnect(place.directory);
    crash(place.disk, () => false);
    for (const end of place.open) end(CUT_OFF);
    for (const other of places.values()) {
      if (other.alive) other.server.node.reachable(member, false);
    }
  };

  let calls = 0;
  /** Long enough for leadership to move while a call is on its way. */
  const latencyMs = (): number => {
    calls += 1;
    return (calls * 7) % 60;
  };
  const dial: Dial = (address, rpc, request, done) => {
    const place = places.get(address.replace(':1228', ''));
    const end = (outcome: AttemptOutcome): void => {
      if (place?.open.delete(end) === true) alarm(latencyMs(), () => done(outcome));
    };
    alarm(latencyMs(), () => {
      if (place?.alive !== true) done(REFUSED);
      else {
        place.open.add(end);
        callHandler(place.server, rpc, request, end);
      }
    });
  };
  /** Calls an rpc of one server. */
  const call = (
    place: Place,
    rpc: string,
    request: unknown,
    metadata: Readonly<Record<string, string>> = {},
  ) => {
    const outcomes: AttemptOutcome[] = [];
    const cancel = callHandler(
      place.server,
      rpc,
      request,
      (outcome) => outcomes.push(outcome),
      metadata,
    );
    return { outcomes, cancel };
  };
  const answer = (...args: Parameters<typeof call>): AttemptOutcome => {
    const { outcomes } = call(...args);
    pass(10_000, () => outcomes.length > 0);
    assert.equal(outcomes.length, 1);
    return outcomes[0]!;
  };

  const leads = ({ alive, server }: Place): boolean =>
    alive && server.node.status().role === 'leader';
  const leader = (): Place => {
    pass(10_000, () => [...places.values()].some(leads));
    return [...places.values()].find(leads)!;
  };
  const complete = (at: Place, changes: readonly Change[]): void => {
    const ends: string[] = [];
    const { configurationIndex } = at.server.node.status();
    at.server.node.change(configurationIndex, changes, ({ kind }) => ends.push(kind));
    pass(5_000, () => ends.length > 0);
    assert.deepEqual(ends, ['changed']);
  };
  const found = (directory: string): Place => {
    const place = start(directory);
    place.server.node.bootstrap('cluster', () => undefined);
    leader();
    return place;
  };
  const three = (): [Place, Place, Place] => {
    const a = found('a');
    const [b, c] = [start('b'), start('c')];
    complete(
      a,
      [b, c].map(({ directory }) => ({ kind: 'add', directory, priority: 0 })),
    );
    const { applied } = a.server.node.status();
    pass(5_000, () => [b, c].every(({ server }) => server.node.status().applied >= applied));
    complete(
      a,
      [b, c].map(({ server }) => ({ kind: 'promote', id: server.node.status().identity!.member })),
    );
    pass(3_000);
    return [a, b, c];
  };
  const transfer = (from: Place, to: Place): TransferOutcome['kind'][] => {
    const ends: TransferOutcome['kind'][] = [];
    from.server.node.transfer(to.server.node.status().identity!.member, ({ kind }) => {
      ends.push(kind);
    });
    return ends;
  };
  return {
    pass,
    start,
    boot,
    kill,
    dial,
    alarm,
    call,
    answer,
    leads,
    leader,
    found,
    three,
    transfer,
  };
}

const OK = { kind: 'reply', reply: {} };
const redirectTo = (member: number, directory: string): string =>
  `has to forward request to: Some(${member}), Some(Node { node_id: ${member}, rpc_addr: "${directory}:1228" })`;

describe('The key-value service', () => {
  it('sets, gets, tells of and deletes keys', () => {
    const { found, answer } = createWorld();
    const a = found('a');
    assert.deepEqual(answer(a, 'get', { key: 'k' }), { kind: 'reply', reply: { value: '' } });
    assert.deepEqual(answer(a, 'exists', { key: 'k' }), { kind: 'reply', reply: { flag: false } });
    assert.deepEqual(answer(a, 'delete', { key: 'k' }), OK);
    assert.deepEqual(answer(a, 'set', { key: 'k', value: 'vü\u{1F600}' }), OK);
    assert.deepEqual(answer(a, 'get', { key: 'k' }), {
      kind: 'reply',
      reply: { value: 'vü\u{1F600}' },
    });
    assert.deepEqual(answer(a, 'exists', { key: 'k' }), { kind: 'reply', reply: { flag: true } });
    assert.deepEqual(answer(a, 'delete', { key: 'k' }), OK);
    assert.deepEqual(answer(a, 'get', { key: 'k' }), { kind: 'reply', reply: { value: '' } });
  });

  it('lists values by the bytes of their keys, and neither keys nor anything of its own', () => {
    const { found, answer, pass } = createWorld();
    const a = found('a');
    for (const key of ['p\u{10000}', 'p\uE000', 'pz', 'p', 'q', 'm/version']) {
      answer(a, 'set', { key, value: `of ${key}` });
      pass(key === 'pz' ? 500 : 0);
    }
    assert.deepEqual(answer(a, 'getPrefix', { prefix: 'p' }), {
      kind: 'reply',
      reply: { values: ['of p', 'of pz', 'of p\uE000', 'of p\u{10000}'] },
    });
    assert.deepEqual(answer(a, 'getPrefix', { prefix: 'none' }), {
      kind: 'reply',
      reply: { values: [] },
    });
  });

  for (const [rpc, request, field] of [
    ['set', { key: '', value: '' }, 'SetRequest.key'],
    ['set', { key: 'k', value: '' }, 'SetRequest.value'],
    ['delete', { key: '' }, 'DeleteRequest.key'],
    ['get', { key: '' }, 'GetRequest.key'],
    ['exists', { key: '' }, 'ExistsRequest.key'],
    ['getPrefix', { prefix: '' }, 'GetPrefixRequest.prefix'],
  ] as const) {
    it(`checks ${field}, leader or not`, () => {
      const { start, call } = createWorld();
      assert.deepEqual(call(start('a'), rpc, request).outcomes, [
        {
          kind: 'status',
          code: status.INVALID_ARGUMENT,
          details: `"meta.service.common.${field}": characters length must be greater than or equal to 1`,
        },
      ]);
    });
  }

  it('refuses what is too long, by bytes and not by characters', () => {
    const { found, answer, call } = createWorld({
      keyBytesMax: 6,
      valueBytesMax: 10,
      messageBytesMax: 18,
    });
    const a = found('a');
    const details = (request: unknown): string => {
      const [outcome] = call(a, 'set', request).outcomes;
      assert(outcome?.kind === 'status' && outcome.code === status.RESOURCE_EXHAUSTED);
      return outcome.details;
    };
    assert.equal(details({ key: 'äöüß', value: 'v' }), 'limits.key: 6 bytes at most, got 8');
    assert.equal(
      details({ key: 'k', value: 'v'.repeat(11) }),
      'limits.value: 10 bytes at most, got 11',
    );
    assert.equal(
      details({ key: 'k'.repeat(6), value: 'v'.repeat(10) }),
      'limits.message: 18 bytes at most, got 20',
    );
    assert.deepEqual(answer(a, 'set', { key: 'äöü', value: 'v'.repeat(8) }), OK);
  });

  it('lists nothing that its client could not receive', () => {
    const { found, answer } = createWorld();
    const a = found('a');
    const value = 'v'.repeat(1 << 20);
    const fits = (4 << 20) - 1 - 3 * (4 + (1 << 20)) - 4;
    for (const key of ['p1', 'p2', 'p3']) answer(a, 'set', { key, value });
    answer(a, 'set', { key: 'p4', value: 'v'.repeat(fits) });
    const outcome = answer(a, 'getPrefix', { prefix: 'p' });
    assert(outcome.kind === 'reply');
    answer(a, 'set', { key: 'p4', value: 'v'.repeat(fits + 1) });
    const refused = answer(a, 'getPrefix', { prefix: 'p' });
    assert(refused.kind === 'status' && refused.code === status.RESOURCE_EXHAUSTED);
    assert.match(refused.details, /4194303 bytes.*longer prefix/);
  });

  it('redirects to the leader, whatever is asked', () => {
    const { three, call } = createWorld();
    const [a, b] = three();
    assert.equal(a.server.node.status().role, 'leader');
    for (const [rpc, request] of [
      ['set', { key: 'k', value: 'v' }],
      ['delete', { key: 'k' }],
      ['get', { key: 'k' }],
      ['exists', { key: 'k' }],
      ['getPrefix', { prefix: 'k' }],
    ] as const) {
      assert.deepEqual(call(b, rpc, request).outcomes, [
        { kind: 'status', code: status.INTERNAL, details: redirectTo(1, 'a') },
      ]);
    }
  });

  it('waits for a leader that does not come', () => {
    const { three, kill, call, pass } = createWorld();
    const [a, b, c] = three();
    kill(b);
    kill(c);
    pass(1_500);
    const { outcomes } = call(a, 'set', { key: 'k', value: 'v' });
    pass(2_900);
    assert.equal(outcomes.length, 0);
    pass(200);
    const [outcome] = outcomes;
    assert(outcome?.kind === 'status' && outcome.code === status.UNAVAILABLE);
    assert.match(outcome.details, /no leader was found within 3000 ms/);
  });

  it('waits for a leader that comes', () => {
    const { three, kill, call, pass, leads } = createWorld();
    const [a, b, c] = three();
    kill(a);
    pass(STEP_MS);
    const calls = [b, c].map((place) => call(place, 'set', { key: 'k', value: 'v' }));
    pass(3_000, () => calls.every(({ outcomes }) => outcomes.length > 0));
    const [leading, other] = leads(b) ? [0, 1] : [1, 0];
    assert.deepEqual(calls[leading]?.outcomes, [OK]);
    const [outcome] = calls[other]!.outcomes;
    assert(outcome?.kind === 'status' && outcome.details.startsWith('has to forward'));
  });

  it('parks writes while leadership moves', () => {
    const { three, transfer, call, pass } = createWorld();
    const [a, b] = three();
    const ends = transfer(a, b);
    const { outcomes } = call(a, 'set', { key: 'k', value: 'v' });
    pass(1_000, () => outcomes.length > 0);
    assert.deepEqual(ends, ['transferred']);
    assert.deepEqual(outcomes, [
      { kind: 'status', code: status.UNAVAILABLE, details: redirectTo(2, 'b') },
    ]);
  });

  it('parks writes while leadership would move, and carries them out when it does not', () => {
    const { three, kill, transfer, call, pass } = createWorld();
    const [a, b] = three();
    kill(b);
    pass(STEP_MS);
    const ends = transfer(a, b);
    const { outcomes } = call(a, 'set', { key: 'k', value: 'v' });
    pass(2_900, () => outcomes.length > 0);
    assert.equal(ends.length, 1);
    assert.deepEqual(outcomes, [OK]);
  });

  it('carries a numbered write out once, also across leaders and restarts', () => {
    const { three, answer, kill, boot, leader, pass } = createWorld();
    const [a] = three();
    const number = { 'robustmq-client-id': 'broker-7', 'robustmq-request-id': '1' };
    const first = { key: 'k', value: 'first' };
    assert.deepEqual(answer(a, 'set', first, number), OK);
    assert.deepEqual(answer(a, 'set', { key: 'k', value: 'other' }), OK);
    kill(a);
    const next = leader();
    assert.deepEqual(answer(next, 'set', first, number), OK);
    assert.deepEqual(answer(next, 'get', { key: 'k' }), {
      kind: 'reply',
      reply: { value: 'other' },
    });
    boot(a);
    pass(1_000);
    assert.equal(clientCount(a.server.node.row), 1);
  });

  it('does not guess about numbers it does not remember', () => {
    const { found, answer } = createWorld();
    const a = found('a');
    const outcome = answer(
      a,
      'set',
      { key: 'k', value: 'v' },
      { 'robustmq-client-id': 'x', 'robustmq-request-id': '2' },
    );
    assert(outcome.kind === 'status' && outcome.code === status.FAILED_PRECONDITION);
    assert.match(outcome.details, /outcome unknown/);
  });

  it('names the metadata that is wrong, and keeps no room for the call', () => {
    const { found, answer } = createWorld();
    const a = found('a');
    const outcome = answer(
      a,
      'set',
      { key: 'k', value: 'v' },
      { 'robustmq-client-id': 'x', 'robustmq-request-id': 'y' },
    );
    assert(outcome.kind === 'status' && outcome.code === status.INVALID_ARGUMENT);
    assert.match(outcome.details, /^robustmq-request-id: /);
    assert.deepEqual(a.server.admission.load(), { requests: 0, bytes: 0 });
  });

  it('counts what is in work, and what of it is cancelled once', () => {
    const { start, call, pass } = createWorld({ requestsMax: 2, requestBytesMax: 40 });
    const a = start('a');
    const request = { key: 'k', value: 'v'.repeat(10) };
    const first = call(a, 'set', request);
    const second = call(a, 'get', { key: 'k' });
    assert.deepEqual(a.server.admission.load(), { requests: 2, bytes: 18 });
    const [full] = call(a, 'get', { key: 'k' }).outcomes;
    assert(full?.kind === 'status' && full.code === status.RESOURCE_EXHAUSTED);
    assert.match(full.details, /limits\.requests: 2 /);
    first.cancel();
    first.cancel();
    assert.deepEqual(a.server.admission.load(), { requests: 1, bytes: 3 });
    pass(3_100);
    assert.equal(second.outcomes.length, 1);
    second.cancel();
    assert.deepEqual(a.server.admission.load(), { requests: 0, bytes: 0 });
  });

  it('stops a member that is given a command of a newer version', () => {
    const { found, pass, answer } = createWorld();
    const a = found('a');
    answer(a, 'set', { key: 'k', value: 'v' });
    a.server.node.propose(Uint8Array.of(1, 99, 0, 0), () => undefined);
    assert.throws(() => pass(100), UnknownCommand);
    const { phase, error } = a.server.node.status();
    assert.equal(phase, 'broken');
    assert.match(String(error), /unknown kind 99.*newer version/);
  });

  it('drains: what is in work ends, what comes is turned away', () => {
    const { found, call, pass } = createWorld();
    const a = found('a');
    const running = call(a, 'set', { key: 'k', value: 'v' });
    let drained = false;
    a.server.admission.drain(() => (drained = true));
    const [outcome] = call(a, 'get', { key: 'k' }).outcomes;
    assert(outcome?.kind === 'status' && outcome.code === status.UNAVAILABLE);
    assert.equal(drained, false);
    pass(1_000, () => running.outcomes.length > 0);
    assert.deepEqual(running.outcomes, [OK]);
    assert.equal(drained, true);
  });
});

/** Six brokers write and read, each a key of its own, through kills and transfers. */
function press(rounds: number, secondRedirectMs?: number) {
  const { three, dial, alarm, pass, leader, kill, boot, transfer } = createWorld(
    {},
    secondRedirectMs,
  );
  const places = three();
  const tally = { replies: 0, cutOff: 0, transfers: 0, kills: 0 };
  const errors: string[] = [];
  let running = true;

  const broker = (ordinal: number): void => {
    const client = createBrokerClient({ addresses: ['a:1228', 'b:1228', 'c:1228'], dial, alarm });
    const key = `of broker ${ordinal}`;
    let possible = [''];
    let count = 0;
    const judge = (outcome: BrokerOutcome): boolean => {
      if (outcome.kind === 'reply') tally.replies += 1;
      else if (outcome.text.includes('cut off')) tally.cutOff += 1;
      else errors.push(`${outcome.kind}: ${outcome.text}`);
      return outcome.kind === 'reply';
    };
    const write = (): void => {
      count += 1;
      const value = String(count);
      client.call('set', { key, value }, (outcome) => {
        possible = judge(outcome) ? [value] : [...possible, value];
        alarm(20, read);
      });
    };
    const read = (): void => {
      client.call('get', { key }, (outcome) => {
        if (judge(outcome) && outcome.kind === 'reply') {
          const { value } = outcome.reply as { value: string };
          assert(possible.includes(value), `${value} is none of ${possible.join()}`);
          possible = [value];
        }
        if (running) alarm(20, write);
      });
    };
    write();
  };
  for (let ordinal = 0; ordinal < 6; ordinal += 1) broker(ordinal);

  for (let round = 0; round < rounds; round += 1) {
    const from = leader();
    const others = places.filter((place) => place !== from);
    if (round % 2 === 0) {
      const ends = transfer(from, others[(round / 2) % 2]!);
      pass(2_000, () => ends.length > 0);
      if (ends[0] === 'transferred') tally.transfers += 1;
    } else {
      kill(from);
      tally.kills += 1;
      pass(300 + (round % 7) * 100);
      boot(from);
    }
    pass(200 + (round % 5) * 200);
  }
  running = false;
  pass(10_000);
  return { tally, errors };
}

describe('Brokers of v0.4.11', () => {
  it('see no final error but of calls cut off, through 100 kills and transfers', function () {
    this.timeout(60_000);
    const { tally, errors } = press(100);
    assert.deepEqual(errors, []);
    assert(tally.replies > 3_000 && tally.transfers > 40, JSON.stringify(tally));
  });

  it('would see some if members that have led lately redirected like others', function () {
    this.timeout(60_000);
    const { errors } = press(100, 0);
    assert(errors.some((error) => /^final: .*Internal error.*forward request to/.test(error)));
  });
});
