/** Mq9Service: mails and agents. */
import type { Mq9ServiceServer } from '../../../proto/gen/meta/mq9.ts';
import { agent, mail } from '../../state/registry/mq9.ts';
import { WRITES } from '../../state/registry/registry.ts';
import { fail } from '../answer.ts';
import { internal } from '../status-of.ts';
import { ofTenant, stream } from './lists.ts';
import type { ServiceRows } from './row.ts';
import { put, remove } from './writes.ts';

export const MQ9: ServiceRows<Mq9ServiceServer> = {
  createMail: put(WRITES.mail, {
    by: ['clients'],
    payload: ({ content }) => content,
    named: ({ tenant }) => [tenant],
  }),
  deleteMail: remove(WRITES.mail.remove, {
    by: ['clients'],
    keys: ({ tenant, mailAddress }) => [[tenant, mailAddress]],
  }),
  listMail: stream(mail, {
    by: ['boot'],
    pick: ({ tenant }) => ofTenant(tenant),
    reply: (record) => ({ mail: record }),
  }),

  createAgent: put(WRITES.agent, {
    by: ['clients'],
    payload: ({ content }) => content,
    named: ({ tenant }) => [tenant],
  }),
  deleteAgent: remove(WRITES.agent.remove, {
    by: ['clients'],
    keys: ({ tenant, name }) => [[tenant, name]],
  }),
  listAgent: stream(agent, {
    by: ['boot'],
    pick: ({ tenant }) => ofTenant(tenant),
    reply: (record) => ({ agent: record }),
  }),
  searchAgent: {
    kind: 'local',
    by: ['clients'],
    does: 'refused, as the original does when it is built without a vector search',
    answer: () =>
      fail(
        internal("agent search is not enabled in this build (missing the 'vector-search' feature)"),
      ),
  },
};
