import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KvSet } from './command.ts';
import { kvGet } from './kv.ts';
import { createMachine, MACHINE_RULES } from './machine.ts';
import { replicatedTime } from './replicated-time.ts';
import type { Reply } from './reply.ts';
import { clientCount, RETRY_LIMITS } from './retries.ts';
import type { RetryLimits } from './retries.ts';
import { createReplica } from './testing/replica.ts';
import type { Replica } from './testing/replica.ts';

const HOUR_MS = 3_600_000;
const SMALL: RetryLimits = { clientsMax: 3, idleMs: HOUR_MS };

const create = (retries: RetryLimits = SMALL): Replica =>
  createReplica(createMachine({ ...MACHINE_RULES, commandVersionMax: 1, retries }));

const numbered = (client: string, id: number, timeMs = 0, value = `${client}${id}`): KvSet => ({
  kind: 'kvSet',
  timeMs,
  key: 'key',
  value: Buffer.from(value),
  request: { client, id },
});

const outcome = (reply: Reply): string => (reply.kind === 'error' ? reply.code : reply.kind);
const valueOf = ({ read }: Replica): string => Buffer.from(kvGet(read, 'key') ?? []).toString();

describe('A numbered write', () => {
  it('is carried out once, however often it comes', () => {
    const replica = create();
    assert.equal(outcome(replica.apply(numbered('a', 1, 0, 'first'))), 'ok');
    replica.apply(numbered('b', 1, 0, 'other'));
    assert.equal(outcome(replica.apply(numbered('a', 1, 0, 'first'))), 'ok');
    assert.equal(valueOf(replica), 'other');
  });

  it('is answered again as the first time, also when that was an error', () => {
    const replica = create();
    const raise = (id: number) =>
      ({
        kind: 'raiseVersion',
        version: 1,
        directories: [],
        timeMs: 0,
        request: { client: 'a', id },
      }) as const;
    assert.deepEqual(replica.apply(raise(1)), { kind: 'okVersion', version: 1 });
    assert.deepEqual(replica.apply(raise(1)), { kind: 'okVersion', version: 1 });
    const old = { ...raise(2), version: 0 } as const;
    const first = replica.apply(old);
    assert.equal(outcome(first), 'versionLowered');
    assert.deepEqual(replica.apply(old), first);
  });

  it('may leave numbers out, and cannot come back to them', () => {
    const replica = create();
    replica.apply(numbered('a', 1));
    assert.equal(outcome(replica.apply(numbered('a', 4))), 'ok');
    assert.equal(outcome(replica.apply(numbered('a', 3))), 'outcomeUnknown');
    assert.equal(valueOf(replica), 'a4');
  });

  it('of an unknown client must be its first', () => {
    const replica = create();
    const reply = replica.apply(numbered('a', 2));
    assert(reply.kind === 'error');
    assert.equal(reply.code, 'outcomeUnknown');
    assert.match(reply.text, /outcome unknown.*robustmq-request-id 1/);
    assert.equal(replica.rows.size, 0);
  });

  it('of a new client is turned away while all others are young', () => {
    const replica = create();
    for (const client of ['a', 'b', 'c']) replica.apply(numbered(client, 1, 1_000));
    assert.equal(outcome(replica.apply(numbered('d', 1, 1_000 + HOUR_MS - 1))), 'clientsFull');
    assert.equal(valueOf(replica), 'c1');
    assert.equal(outcome(replica.apply(numbered('c', 2, 1_000 + HOUR_MS - 1))), 'ok');
    assert.equal(clientCount(replica.read), 3);
  });

  it('of a new client takes the place of the one away longest, after an hour', () => {
    const replica = create();
    for (const client of ['a', 'b', 'c']) replica.apply(numbered(client, 1, 1_000));
    replica.apply(numbered('a', 1, 2_000));
    assert.equal(outcome(replica.apply(numbered('d', 1, 1_000 + HOUR_MS))), 'ok');
    assert.equal(clientCount(replica.read), 3);
    assert.equal(outcome(replica.apply(numbered('b', 2))), 'outcomeUnknown');
    assert.equal(outcome(replica.apply(numbered('a', 2))), 'ok');
  });

  it('does not see time go back', () => {
    const replica = create();
    replica.apply(numbered('a', 1, 5_000));
    replica.apply(numbered('b', 1, 1_000));
    assert.equal(replicatedTime(replica.read), 5_000);
    replica.apply({ kind: 'kvSet', timeMs: 9_000, key: 'x', value: new Uint8Array() });
    assert.equal(replicatedTime(replica.read), 5_000);
  });

  it('costs two rows beside its own when its client was the last one', () => {
    const replica = create();
    replica.apply(numbered('a', 1, 1));
    assert.deepEqual([...replica.written(numbered('a', 2, 2)).keys()].sort(), [
      'c/a',
      'k/key',
      'm/time',
    ]);
    assert.equal(replica.written(numbered('a', 1, 1)).size, 0);
  });

  it('costs a bounded number of rows at worst', () => {
    const replica = create(RETRY_LIMITS);
    for (let client = 0; client < 100; client += 1)
      replica.apply(numbered(`c${client}`, 1, client));
    assert(replica.written(numbered('c50', 2, 1_000)).size <= 7);
  });
});

/** The table as one would write it with nothing but memory: a list, oldest use first. */
function createModel({ clientsMax, idleMs }: RetryLimits) {
  let clients: { name: string; last: number; usedMs: number; reply: string }[] = [];
  let nowMs = 0;
  const use = (name: string, last: number, reply: string, timeMs: number): string => {
    nowMs = Math.max(nowMs, timeMs);
    clients = [
      ...clients.filter((client) => client.name !== name),
      { name, last, usedMs: nowMs, reply },
    ];
    return reply;
  };
  return {
    clients: () => clients,
    apply: (name: string, id: number, timeMs: number): string => {
      const known = clients.find((client) => client.name === name);
      if (known === undefined && id > 1) return 'outcomeUnknown';
      if (known !== undefined && id < known.last) return 'outcomeUnknown';
      if (id === known?.last) return use(name, id, known.reply, timeMs);
      if (known === undefined && clients.length >= clientsMax) {
        const oldest = clients[0]!;
        if (Math.max(nowMs, timeMs) - oldest.usedMs < idleMs) return 'clientsFull';
        clients = clients.slice(1);
      }
      return use(name, id, 'ok', timeMs);
    },
  };
}

describe('The table of clients', () => {
  it('behaves as its model does', () => {
    const step = fc.record({
      client: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      id: fc.constantFrom(1, 1, 1, 2, 3),
      passMs: fc.constantFrom(0, 1, HOUR_MS / 3, HOUR_MS, -HOUR_MS),
    });
    const steps = fc.array(step, { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), steps, (clientsMax, run) => {
        const limits = { clientsMax, idleMs: HOUR_MS };
        const model = createModel(limits);
        const replica = create(limits);
        let nowMs = 10 * HOUR_MS;
        for (const { client, id, passMs } of run) {
          nowMs += passMs;
          const said = outcome(replica.apply(numbered(client, id, nowMs)));
          assert.equal(said, model.apply(client, id, nowMs));
          assert.equal(clientCount(replica.read), model.clients().length);
          assert(clientCount(replica.read) <= clientsMax);
          const names = [...replica.rows.keys()].filter((key) => key.startsWith('c/'));
          assert.deepEqual(
            names.sort(),
            model
              .clients()
              .map(({ name }) => `c/${name}`)
              .sort(),
          );
        }
      }),
      { numRuns: 500 },
    );
  });
});
