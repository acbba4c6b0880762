/** Paths of all rpcs of meta. */
import type { ServiceDefinition } from '@grpc/grpc-js';
import { AmqpServiceService } from '../../../proto/gen/meta/amqp.ts';
import { MetaServiceServiceService } from '../../../proto/gen/meta/common.ts';
import { EngineServiceService } from '../../../proto/gen/meta/engine.ts';
import { KafkaServiceService } from '../../../proto/gen/meta/kafka.ts';
import { Mq9ServiceService } from '../../../proto/gen/meta/mq9.ts';
import { MqttServiceService } from '../../../proto/gen/meta/mqtt.ts';
import { NatsServiceService } from '../../../proto/gen/meta/nats.ts';

const SERVICES: readonly ServiceDefinition[] = [
  AmqpServiceService,
  EngineServiceService,
  KafkaServiceService,
  MetaServiceServiceService,
  Mq9ServiceService,
  MqttServiceService,
  NatsServiceService,
];

export const META_RPCS: readonly string[] = SERVICES.flatMap((service) =>
  Object.values(service).map(({ path }) => path),
);
