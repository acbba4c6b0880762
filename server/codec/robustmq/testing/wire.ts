/** RobustMQ's messages as they are on the wire, and the payloads inside them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import {
  BrokerServiceService,
  BrokerUpdateCacheActionType,
  BrokerUpdateCacheResourceType,
} from '../../../../proto/gen/broker/broker.ts';
import { AmqpServiceService } from '../../../../proto/gen/meta/amqp.ts';
import { MetaServiceServiceService } from '../../../../proto/gen/meta/common.ts';
import { EngineServiceService } from '../../../../proto/gen/meta/engine.ts';
import { KafkaServiceService } from '../../../../proto/gen/meta/kafka.ts';
import { Mq9ServiceService } from '../../../../proto/gen/meta/mq9.ts';
import { MqttServiceService } from '../../../../proto/gen/meta/mqtt.ts';
import { NatsServiceService } from '../../../../proto/gen/meta/nats.ts';
import type { Codec } from '../../layout/codec.ts';
import { CACHE_PUSHES } from '../cache-pushes.ts';
import { BYTES_FIELDS } from './bytes-fields.ts';

/** How a message of an rpc is read and written. */
export interface Message {
  readonly name: string;
  readonly decode: (bytes: Buffer) => unknown;
  readonly encode: (message: unknown) => Buffer;
}

/** Bytes in a message that have a layout. */
export interface Payload {
  readonly where: string;
  readonly bytes: Uint8Array;
  readonly codec: Codec<unknown>;
}

interface WireFile {
  readonly rpcs: readonly string[];
  readonly messages: Readonly<Record<string, readonly string[]>>;
}

const SERVICES: readonly ServiceDefinition[] = [
  AmqpServiceService,
  BrokerServiceService,
  EngineServiceService,
  KafkaServiceService,
  MetaServiceServiceService,
  Mq9ServiceService,
  MqttServiceService,
  NatsServiceService,
];

const files = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../../../../proto/testdata/robustmq-0.4.11.json'),
    'utf8',
  ),
) as readonly WireFile[];

/** Fields by message. Names of messages are unique across all files. */
export const MESSAGE_FIELDS: Readonly<Record<string, readonly string[]>> = Object.assign(
  {},
  ...files.map(({ messages }) => messages),
) as Record<string, readonly string[]>;

/** The messages of each rpc, by its path. */
export const RPCS: ReadonlyMap<string, { readonly request: Message; readonly reply: Message }> =
  new Map(
    SERVICES.flatMap((service) => Object.values<MethodDefinition<unknown, unknown>>(service)).map(
      (method) => {
        const [request, reply] = messageNames(method.path);
        return [
          method.path,
          {
            request: {
              name: request,
              decode: method.requestDeserialize,
              encode: method.requestSerialize,
            },
            reply: {
              name: reply,
              decode: method.responseDeserialize,
              encode: method.responseSerialize,
            },
          },
        ];
      },
    ),
  );

function messageNames(path: string): [request: string, reply: string] {
  const rpc = path.slice(path.lastIndexOf('/') + 1);
  for (const declared of files.flatMap(({ rpcs }) => rpcs)) {
    const [, name, request, reply] =
      /^(\w+)\((\w+)\) returns \((?:stream )?(\w+)\)$/.exec(declared) ?? [];
    if (name === rpc && request !== undefined && reply !== undefined) return [request, reply];
  }
  throw new Error(`No rpc ${path}`);
}

/** The payloads of a message, however deep they are in it; empty bytes are none. */
export function payloadsOf(name: string, message: object): Payload[] {
  return (MESSAGE_FIELDS[name] ?? []).flatMap((declared) => {
    const [, type = '', field = ''] = /(\w+) (\w+) = \d+$/.exec(declared) ?? [];
    const camelCase = field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const value: unknown = (message as Record<string, unknown>)[camelCase];
    const values = (Array.isArray(value) ? value : [value]) as readonly unknown[];
    if (type !== 'bytes') {
      return values.flatMap((of) =>
        type in MESSAGE_FIELDS && typeof of === 'object' && of !== null ? payloadsOf(type, of) : [],
      );
    }
    return values.flatMap((bytes) => {
      const codec = codecOf(`${name}.${field}`, message);
      if (!(bytes instanceof Uint8Array) || bytes.length === 0 || codec === 'opaque') return [];
      return [{ where: `${name}.${field}`, bytes, codec }];
    });
  });
}

function codecOf(where: string, message: object): Codec<unknown> | 'opaque' {
  if (where === 'UpdateCacheRecord.data') {
    const { resourceType, actionType } = message as { resourceType: number; actionType: number };
    const push = Object.values(CACHE_PUSHES)[resourceType];
    if (push === undefined) throw new Error(`No resource type ${resourceType}`);
    return actionType === BrokerUpdateCacheActionType.Delete ? push.deleted : push.changed;
  }
  const codec = BYTES_FIELDS[where];
  if (codec === undefined) throw new Error(`Nobody says what is in ${where}`);
  return codec;
}

/** Names of resources as the schema has them. */
export const RESOURCE_TYPES = Object.entries(BrokerUpdateCacheResourceType);
