/** Mails and agents of mq9. */
import { MQ9Agent, MQ9Mail } from '../../codec/robustmq/mq9.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';

export const mail = resource({
  table: 'mail',
  layout: MQ9Mail,
  key: ['tenant', 'mail_address'],
  told: tell('Mq9Mail'),
  exists: 'kept',
});

export const agent = resource({
  table: 'agent',
  layout: MQ9Agent,
  key: ['tenant', 'name'],
  told: tell('Mq9Agent'),
  exists: 'kept',
});
