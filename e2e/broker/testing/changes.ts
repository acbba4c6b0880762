/** Changes of what is stored, of a few names, so that they follow one another closely. */
import { randomInt } from 'node:crypto';
import { AmqpServiceService as Amqp } from '../../../proto/gen/meta/amqp.ts';
import { MetaServiceServiceService as Common } from '../../../proto/gen/meta/common.ts';
import { MqttServiceService as Mqtt } from '../../../proto/gen/meta/mqtt.ts';
import { bincode } from '../../../server/codec/layout/bincode.ts';
import { json } from '../../../server/codec/layout/json.ts';
import { SecurityUser } from '../../../server/codec/robustmq/access.ts';
import { AmqpExchange } from '../../../server/codec/robustmq/amqp.ts';
import { MqttSession } from '../../../server/codec/robustmq/session.ts';
import { ShareGroupMember } from '../../../server/codec/robustmq/share-group.ts';
import { Topic } from '../../../server/codec/robustmq/topic.ts';
import type { Attempt } from '../attempt.ts';
import type { Rpc } from '../boot-action.ts';

export type Ask = (rpc: string, request: Buffer) => Promise<Attempt>;

export interface Changes {
  start(): void;
  /** Resolves when so many more were answered, whatever the answer. */
  more(count: number): Promise<void>;
  /** Resolves when the last one has ended. */
  stop(): Promise<void>;
  /** What was done, and what came of it, the last of it. */
  story(): string;
}

const TENANT = 'default';
const NAMES = 4;
const WORKERS = 4;
const STORY_LINES = 60;

const user = bincode(SecurityUser);
const session = bincode(MqttSession);
const member = bincode(ShareGroupMember);
const topic = bincode(Topic);
const exchange = json(AmqpExchange);

const call = <Request, Reply>(
  { path, requestSerialize }: Rpc<Request, Reply>,
  request: Request,
): readonly [string, Buffer] => [path, requestSerialize(request)];

/** By a name, and a number that makes each value another one. */
const CHANGES: readonly ((name: string, value: bigint) => readonly [string, Buffer])[] = [
  (name, value) =>
    call(Mqtt.createUser, {
      tenant: TENANT,
      userName: name,
      content: Buffer.from(
        user.encode({
          tenant: TENANT,
          username: name,
          password: String(value),
          salt: undefined,
          is_superuser: false,
          create_time: value,
        }),
      ),
    }),
  (name) => call(Mqtt.deleteUser, { tenant: TENANT, userName: name }),
  (name, value) =>
    call(Mqtt.createSession, {
      sessions: [
        {
          tenant: TENANT,
          clientId: name,
          session: Buffer.from(
            session.encode({
              tenant: TENANT,
              client_id: name,
              session_expiry_interval: 3_600n,
              is_contain_last_will: false,
              last_will_delay_interval: undefined,
              create_time: value,
              is_persist_session: true,
              connection_id: value,
              broker_id: 11n,
              reconnect_time: undefined,
              distinct_time: undefined,
            }),
          ),
        },
      ],
    }),
  (name) => call(Mqtt.deleteSession, { tenant: TENANT, clientId: name }),
  (name, value) =>
    call(Common.addShareGroupMember, {
      data: Buffer.from(
        member.encode({
          tenant: TENANT,
          group_name: 'g',
          broker_id: 11n,
          sub_path: String(value),
          sid: name,
          params: { kind: 'NATS', value: {} },
          connect_id: 1n,
          create_time: value,
        }),
      ),
    }),
  (name) => call(Common.deleteShareGroupMember, { brokerId: 11n, connectId: 1n, sid: name }),
  (name, value) =>
    call(Amqp.setExchange, {
      exchange: Buffer.from(
        exchange.encode({
          exchange_id: String(value),
          tenant: TENANT,
          exchange_name: name,
          exchange_type: 'Direct',
          durable: true,
          auto_delete: false,
          internal: false,
          arguments: new Map(),
          create_time: value,
        }),
      ),
    }),
  (name) => call(Amqp.deleteExchange, { tenant: TENANT, exchangeName: name }),
  (name, value) =>
    call(Mqtt.createTopic, {
      tenant: TENANT,
      topicName: `${name}-${value % 8n}`,
      content: Buffer.from(
        topic.encode({
          topic_id: String(value),
          tenant: TENANT,
          topic_name: `${name}-${value % 8n}`,
          storage_type: 'EngineRocksDB',
          source: 'MQTT',
          partition: 1,
          replication: 1,
          storage_name_list: new Map([[0, `${value}-0`]]),
          config: { max_segment_size: undefined, max_record_num: 1_000n, retention_sec: 1n },
          mark_delete: false,
          create_time: value,
        }),
      ),
    }),
];

export function createChanges(ask: Ask): Changes {
  const lines: string[] = [];
  const waiting: { left: number; readonly done: () => void }[] = [];
  let value = 0n;
  let going = false;
  let ended: Promise<unknown> = Promise.resolve();

  async function work(): Promise<void> {
    while (going) {
      value += 1n;
      const change = CHANGES[randomInt(CHANGES.length)];
      const name = `n${randomInt(NAMES)}`;
      if (change === undefined) continue;
      const [rpc, request] = change(name, value);
      const line = `${rpc.split('/').at(-1)} ${name} ${value}`;
      const outcome = await ask(rpc, request);
      lines.push(`${line}: ${outcome.kind === 'reply' ? 'ok' : outcome.text}`);
      for (const each of [...waiting]) {
        each.left -= 1;
        if (each.left <= 0) each.done();
      }
    }
  }

  return {
    start: () => {
      going = true;
      ended = Promise.all(Array.from({ length: WORKERS }, work));
    },
    more: (count) =>
      new Promise((resolve) => {
        const waiter = {
          left: count,
          done: () => {
            waiting.splice(waiting.indexOf(waiter), 1);
            resolve();
          },
        };
        waiting.push(waiter);
      }),
    stop: async () => {
      going = false;
      await ended;
    },
    story: () => lines.slice(-STORY_LINES).join('\n'),
  };
}
