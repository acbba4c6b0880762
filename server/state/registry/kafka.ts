/** What is kept for Kafka clients. */
import {
  KafkaClientQuota,
  KafkaDelegationToken,
  KafkaScramCredential,
} from '../../codec/robustmq/kafka.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';

/** How rpcs name the quota of all that have none of their own. */
const DEFAULT_ENTITY = '__default__';

export const kafkaQuota = resource({
  table: 'kafkaQuota',
  layout: KafkaClientQuota,
  wire: 'json',
  key: [
    'tenant',
    'entity_type',
    { name: 'entity_name', of: ({ entity_name }) => entity_name ?? DEFAULT_ENTITY },
  ],
  told: tell('KafkaQuota', { put: 'Update' }),
  listed: 'byTenant',
});

export const kafkaToken = resource({
  table: 'kafkaToken',
  layout: KafkaDelegationToken,
  wire: 'json',
  key: ['tenant', 'token_id'],
  told: tell('KafkaDelegationToken', {
    put: 'Update',
    deleted: ([, tokenId = '']) => tokenId,
  }),
  listed: 'byTenant',
  missing: 'told',
});

export const kafkaScram = resource({
  table: 'kafkaScram',
  layout: KafkaScramCredential,
  wire: 'json',
  key: ['tenant', 'user', 'mechanism'],
  told: tell('KafkaScram', { put: 'Update' }),
  listed: 'byTenant',
});
