/** AmqpService: exchanges, queues and bindings. An empty tenant is a tenant here. */
import type { AmqpServiceServer } from '../../../proto/gen/meta/amqp.ts';
import { amqpBinding, amqpExchange, amqpQueue } from '../../state/registry/amqp.ts';
import { WRITES } from '../../state/registry/registry.ts';
import { list } from './lists.ts';
import type { ServiceRows } from './row.ts';
import { put, remove } from './writes.ts';

export const AMQP: ServiceRows<AmqpServiceServer> = {
  setExchange: put(WRITES.amqpExchange, { by: ['clients'], payload: ({ exchange }) => exchange }),
  deleteExchange: remove(WRITES.amqpExchange.remove, {
    by: ['clients'],
    keys: ({ tenant, exchangeName }) => [[tenant, exchangeName]],
  }),
  listExchange: list(amqpExchange, {
    by: ['boot'],
    pick: ({ tenant }) => ({ parts: [tenant] }),
    reply: (exchanges) => ({ exchanges }),
  }),

  setQueue: put(WRITES.amqpQueue, { by: ['clients'], payload: ({ queue }) => queue }),
  deleteQueue: remove(WRITES.amqpQueue.remove, {
    by: ['clients'],
    keys: ({ tenant, queueName }) => [[tenant, queueName]],
  }),
  listQueue: list(amqpQueue, {
    by: ['boot'],
    pick: ({ tenant }) => ({ parts: [tenant] }),
    reply: (queues) => ({ queues }),
  }),

  setBinding: put(WRITES.amqpBinding, { by: ['clients'], payload: ({ binding }) => binding }),
  deleteBinding: remove(WRITES.amqpBinding.remove, {
    by: ['clients'],
    keys: ({ tenant, source, destinationType, destination, routingKey }) => [
      [tenant, source, destinationType, destination, routingKey],
    ],
  }),
  listBinding: list(amqpBinding, {
    by: ['boot'],
    pick: ({ tenant }) => ({ parts: [tenant] }),
    reply: (bindings) => ({ bindings }),
  }),
};
