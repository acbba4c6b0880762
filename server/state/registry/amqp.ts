/** Exchanges, queues and bindings of AMQP clients: durable or not, they outlive a member. */
import { AmqpBinding, AmqpExchange, AmqpQueue } from '../../codec/robustmq/amqp.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';

export const amqpExchange = resource({
  table: 'amqpExchange',
  layout: AmqpExchange,
  wire: 'json',
  key: ['tenant', 'exchange_name'],
  told: tell('AmqpExchange', { put: 'Update' }),
  listed: 'byTenant',
});

export const amqpQueue = resource({
  table: 'amqpQueue',
  layout: AmqpQueue,
  wire: 'json',
  key: ['tenant', 'queue_name'],
  told: tell('AmqpQueue', { put: 'Update' }),
  listed: 'byTenant',
});

export const amqpBinding = resource({
  table: 'amqpBinding',
  layout: AmqpBinding,
  wire: 'json',
  // In lower case, as rpcs name it.
  key: [
    'tenant',
    'source',
    { name: 'destination_type', of: (binding) => binding.destination_type.toLowerCase() },
    'destination',
    'routing_key',
  ],
  told: tell('AmqpBinding', { put: 'Update' }),
  listed: 'byTenant',
});
