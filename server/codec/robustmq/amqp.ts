/** Exchanges, queues and bindings. */
import { bool, choice, map, string, struct, u64 } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

const AmqpExchangeType = choice('AmqpExchangeType', 'Direct', 'Fanout', 'Topic', 'Headers');

export const AmqpExchange = struct('AmqpExchange', {
  exchange_id: string,
  tenant: string,
  exchange_name: string,
  exchange_type: AmqpExchangeType,
  durable: bool,
  auto_delete: bool,
  internal: bool,
  arguments: map(string, string),
  create_time: u64,
});
export type AmqpExchange = Infer<typeof AmqpExchange>;

export const AmqpQueue = struct('AmqpQueue', {
  queue_id: string,
  tenant: string,
  queue_name: string,
  durable: bool,
  exclusive: bool,
  auto_delete: bool,
  arguments: map(string, string),
  create_time: u64,
});
export type AmqpQueue = Infer<typeof AmqpQueue>;

const AmqpBindingDestinationType = choice('AmqpBindingDestinationType', 'Queue', 'Exchange');

export const AmqpBinding = struct('AmqpBinding', {
  binding_id: string,
  tenant: string,
  source: string,
  destination: string,
  destination_type: AmqpBindingDestinationType,
  routing_key: string,
  arguments: map(string, string),
  create_time: u64,
});
export type AmqpBinding = Infer<typeof AmqpBinding>;
