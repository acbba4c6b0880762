/** NatsService: subscriptions of NATS clients. */
import type { NatsServiceServer } from '../../../proto/gen/meta/nats.ts';
import { natsSubscribe } from '../../state/registry/nats.ts';
import { WRITES } from '../../state/registry/registry.ts';
import { stream } from './lists.ts';
import type { ServiceRows } from './row.ts';
import { putAll, remove } from './writes.ts';

export const NATS: ServiceRows<NatsServiceServer> = {
  createNatsSubscribe: putAll(WRITES.natsSubscribe, {
    by: ['clients'],
    payloads: ({ subscribes }) => subscribes,
  }),
  deleteNatsSubscribe: remove(WRITES.natsSubscribe.remove, {
    by: ['clients'],
    keys: ({ keys }) =>
      keys.map(({ brokerId, connectId, sid }) => [String(brokerId), String(connectId), sid]),
  }),
  listNatsSubscribe: stream(natsSubscribe, {
    by: ['boot'],
    pick: ({ connectId }) => ({
      parts: [],
      ...(connectId === 0n
        ? {}
        : { where: ({ connect_id }: { connect_id: bigint }) => connect_id === connectId }),
    }),
    reply: (record) => ({ subscribe: record }),
  }),
};
