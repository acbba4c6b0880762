import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { Client, credentials } from '@grpc/grpc-js';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import { attempt } from '../../server/cli/attempt.ts';
import { systemAlarm } from '../../server/services/alarm.ts';
import { createBrokerClient } from '../../server/services/testing/broker-client.ts';
import type { BrokerOutcome, Dial } from '../../server/services/testing/broker-client.ts';
import { rowKey } from '../../server/state/row-keys.ts';
import { startCluster } from '../local/local-cluster.ts';
import { statusesOf } from './admin.ts';
import { awaitLeader } from './leader.ts';
import { freePlaces } from './places.ts';
import { missingFrom, rowsOn } from './rows.ts';
import type { ServerMember } from './server.ts';
import { until } from './until.ts';
import { createWorkspace, type Workspace } from './workspace.ts';
import { longestGapMs } from './writers.ts';

const CLIENTS = 8;
const LIMIT_MS = 8_000;
/** As the issue of the durable server says it of a leader that dies. */
const NEXT_LEADER_MS = 2_500;
/** The longest a member may take to leave: an election timeout, then the requests in work. */
const LEAVE_MS = 11_000;
const CUT_OFF = 'transport error: cut off in mid-flight';

/** Calls as the broker's library would: a connection for each address, kept. */
function createDial(): { readonly dial: Dial; readonly close: () => void } {
  const channels = new Map<string, Client>();
  const options = {
    'grpc.initial_reconnect_backoff_ms': 50,
    'grpc.min_reconnect_backoff_ms': 50,
    'grpc.max_reconnect_backoff_ms': 50,
  };
  const channel = (address: string): Client => {
    const known = channels.get(address);
    if (known !== undefined) return known;
    const made = new Client(address, credentials.createInsecure(), options);
    channels.set(address, made);
    return made;
  };
  return {
    dial: (address, _rpc, request, done) => {
      const write = request as { key: string; value: string };
      void attempt(channel(address), address, Kv.set, write, LIMIT_MS).then((outcome) => {
        switch (outcome.kind) {
          case 'done':
            done({ kind: 'reply', reply: outcome.response });
            break;
          case 'unreachable':
            done({ kind: 'network', words: `tcp connect error: ${outcome.why}` });
            break;
          case 'lost':
            done({ kind: 'network', words: CUT_OFF });
            break;
          case 'refused':
            done({ kind: 'status', code: outcome.error.code, details: outcome.error.details });
            break;
        }
      });
    },
    close: () => {
      for (const each of channels.values()) each.close();
    },
  };
}

describe('members as processes, when their leader goes', () => {
  let workspace: Workspace;
  let members: readonly ServerMember[];

  before(async function () {
    this.timeout(30_000);
    workspace = createWorkspace(tmpdir());
    members = await startCluster({
      workspace,
      places: await freePlaces(3),
      directory: (at) => workspace.directory(`m${at + 1}`),
    });
  });
  after(() => workspace.dispose());

  const leaderBut = async (gone: ServerMember | undefined): Promise<ServerMember> => {
    const left = members.filter((member) => member !== gone);
    return (await awaitLeader(left, LIMIT_MS, 500)).member;
  };

  /** Brokers write while something happens; returns how their calls ended. */
  async function underLoad(prefix: string, happen: (written: () => number) => Promise<void>) {
    const { dial, close } = createDial();
    const acknowledged = new Map<string, string>();
    const errors: Exclude<BrokerOutcome, { kind: 'reply' }>[] = [];
    const moments = [performance.now()];
    let stopped = false;
    const write = async (client: number): Promise<void> => {
      const addresses = members.map(({ place }) => place.client);
      const broker = createBrokerClient({ addresses, dial, alarm: systemAlarm });
      for (let number = 0; !stopped; number++) {
        const [key, value] = [`${prefix}${client}/${number}`, `v${number}`];
        const outcome = await new Promise<BrokerOutcome>((resolve) => {
          broker.call('Set', { key, value }, resolve);
        });
        if (outcome.kind === 'reply') {
          acknowledged.set(key, value);
          moments.push(performance.now());
        } else errors.push(outcome);
      }
    };
    const clients = Array.from({ length: CLIENTS }, (_, client) => write(client));
    try {
      await happen(() => acknowledged.size);
    } finally {
      stopped = true;
      await Promise.all(clients);
      close();
    }
    return { acknowledged, errors, gapMs: longestGapMs(moments) };
  }

  const more = (written: () => number, count: number): Promise<unknown> => {
    const enough = written() + count;
    return until(`${count} more writes`, LIMIT_MS, () => Promise.resolve(written() >= enough));
  };
  const lostOn = async ({ place }: ServerMember, acknowledged: ReadonlyMap<string, string>) =>
    missingFrom(await rowsOn(place.peer, rowKey('kv', '')), acknowledged, (key) =>
      rowKey('kv', key),
    );

  it('SIGTERM: it hands over, brokers see no error, and it exits with 0', async function () {
    this.timeout(20_000);
    const leader = await leaderBut(undefined);
    let [exit, leaveMs]: [number | undefined, number] = [undefined, Infinity];
    const { acknowledged, errors, gapMs } = await underLoad('term/', async (written) => {
      await more(written, 100);
      const begin = performance.now();
      exit = await leader.end('SIGTERM');
      leaveMs = performance.now() - begin;
      await more(written, 100);
    });
    assert.equal(exit, 0);
    assert.ok(leaveMs < LEAVE_MS, `it took ${leaveMs} ms to leave`);
    assert.deepEqual(
      errors.filter(({ text }) => text !== CUT_OFF),
      [],
    );
    assert.ok(errors.length <= CLIENTS, `${errors.length} calls were cut off`);
    assert.ok(gapMs < NEXT_LEADER_MS, `no write for ${gapMs} ms`);
    assert.deepEqual(await lostOn(await leaderBut(leader), acknowledged), []);
    leader.start();
  });

  it('SIGKILL: another leads soon, and what was acknowledged is there', async function () {
    this.timeout(20_000);
    await until('all members answer', LIMIT_MS, async () =>
      (await statusesOf(members.map(({ place }) => place.peer))).every(
        (status) => (status?.leaderId ?? 0) !== 0,
      ),
    );
    const leader = await leaderBut(undefined);
    const { acknowledged, errors, gapMs } = await underLoad('kill/', async (written) => {
      await more(written, 100);
      await leader.end('SIGKILL');
      await more(written, 100);
    });
    assert.deepEqual(
      errors.filter(({ text }) => text !== CUT_OFF),
      [],
    );
    assert.ok(errors.length <= CLIENTS, `${errors.length} calls were cut off`);
    assert.ok(gapMs < NEXT_LEADER_MS, `no write for ${gapMs} ms`);
    assert.deepEqual(await lostOn(await leaderBut(leader), acknowledged), []);
  });
});
