/** Subscriptions of NATS clients. */
import { NatsSubscribe } from '../../codec/robustmq/nats.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';

export const natsSubscribe = resource({
  table: 'natsSubscribe',
  layout: NatsSubscribe,
  key: ['broker_id', 'connect_id', 'sid'],
  told: tell('NatsSubscribe'),
  exists: 'kept',
});
