/** Mails and agents of mq9. */
import { MQ9Agent, MQ9Mail } from '../../codec/robustmq/mq9.ts';
import { string, struct, u64 } from '../../codec/layout/layout.ts';
import { plainOperation } from '../resources/operation.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';

export const mail = resource({
  table: 'mail',
  layout: MQ9Mail,
  key: ['tenant', 'mail_address'],
  told: tell('Mq9Mail'),
  exists: 'kept',
});

export const expireMail = plainOperation({
  name: 'mail.expire',
  since: 4,
  does: 'deletes a mail address whose time is over, unless it was made anew',
  changes: [mail],
  tells: ['Mq9Mail/Delete'],
  args: struct('ExpiredMail', { tenant: string, mail_address: string, create_time: u64 }),
  apply: (records, { tenant, mail_address, create_time }) => {
    const before = records.get(mail, [tenant, mail_address]);
    if (before?.create_time === create_time) records.remove(mail, before);
    return undefined;
  },
});

export const agent = resource({
  table: 'agent',
  layout: MQ9Agent,
  key: ['tenant', 'name'],
  told: tell('Mq9Agent'),
  exists: 'kept',
});
