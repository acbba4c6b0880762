/** The seven meta services of v0.4.11. */
import type { ServiceDefinition } from '@grpc/grpc-js';
import { AmqpServiceService } from '../../../proto/gen/meta/amqp.ts';
import { MetaServiceServiceService } from '../../../proto/gen/meta/common.ts';
import { EngineServiceService } from '../../../proto/gen/meta/engine.ts';
import { KafkaServiceService } from '../../../proto/gen/meta/kafka.ts';
import { Mq9ServiceService } from '../../../proto/gen/meta/mq9.ts';
import { MqttServiceService } from '../../../proto/gen/meta/mqtt.ts';
import { NatsServiceService } from '../../../proto/gen/meta/nats.ts';
import type { ClientService } from '../client-service.ts';
import type { KvService } from '../kv-service.ts';
import { relayNoFurther } from '../relay.ts';
import { withStrictText } from '../strict-text.ts';
import { AMQP } from './amqp.ts';
import { COMMON } from './common.ts';
import { createHandlers } from './handlers.ts';
import type { MetaParts } from './handlers.ts';
import { ENGINE } from './engine.ts';
import { KAFKA } from './kafka.ts';
import { MQ9 } from './mq9.ts';
import { MQTT } from './mqtt.ts';
import { NATS } from './nats.ts';
import type { AnyRow } from './row.ts';

interface MetaService {
  readonly definition: ServiceDefinition;
  readonly rows: Readonly<Record<string, AnyRow>>;
  /** Each kind of refusal has a status. */
  readonly distinct?: true;
}

export const META_SERVICES: readonly MetaService[] = [
  { definition: MetaServiceServiceService, rows: COMMON },
  { definition: MqttServiceService, rows: MQTT },
  { definition: EngineServiceService, rows: ENGINE, distinct: true },
  { definition: KafkaServiceService, rows: KAFKA },
  { definition: AmqpServiceService, rows: AMQP },
  { definition: NatsServiceService, rows: NATS },
  { definition: Mq9ServiceService, rows: MQ9 },
];

/** What is answered on behalf of members that relay it, which is not relayed any further. */
export const createRelayedServices = (
  parts: Omit<MetaParts, 'relay'>,
): readonly Pick<ClientService, 'definition' | 'handlers'>[] =>
  META_SERVICES.map(({ definition, rows, distinct = false }) => {
    const relayed = Object.entries(rows).filter(([, row]) => row.kind === 'read' && row.relayed);
    const last = { ...parts, relay: relayNoFurther };
    return {
      definition: withStrictText(definition),
      handlers: createHandlers(definition, Object.fromEntries(relayed), last, distinct),
    };
  });

/** @param kv answers what is not kept for brokers. */
export const createMetaServices = (parts: MetaParts, kv: KvService): readonly ClientService[] =>
  META_SERVICES.map(({ definition, rows, distinct = false }) => {
    const own = rows === COMMON ? kv : {};
    return {
      definition: withStrictText(definition),
      handlers: { ...own, ...createHandlers(definition, rows, parts, distinct) },
      long: new Set(
        Object.entries(rows).flatMap(([rpc, row]) =>
          rpc === 'getPrefix' || (row.kind === 'read' && row.long) ? [rpc] : [],
        ),
      ),
    };
  });
