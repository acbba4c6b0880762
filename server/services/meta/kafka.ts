/** KafkaService: quotas, delegation tokens and SCRAM credentials; who coordinates groups. */
import type { KafkaServiceServer } from '../../../proto/gen/meta/kafka.ts';
import { coordinator } from '../../state/registry/coordinator.ts';
import { kafkaQuota, kafkaScram, kafkaToken } from '../../state/registry/kafka.ts';
import { WRITES } from '../../state/registry/registry.ts';
import { accept } from '../answer.ts';
import { coordinatorOf } from './cluster-status.ts';
import { list } from './lists.ts';
import type { ServiceRows } from './row.ts';
import { put, remove } from './writes.ts';

export const KAFKA: ServiceRows<KafkaServiceServer> = {
  getCoordinatorLeader: {
    kind: 'read',
    by: ['clients'],
    reads: [coordinator],
    long: false,
    does: 'the coordinator: one broker of those that are registered, as long as it is',
    look: (state) => {
      const leader = coordinatorOf(state);
      return accept({ leaderNodeId: leader ?? 0n, hasLeader: leader !== undefined });
    },
  },

  setKafkaQuota: put(WRITES.kafkaQuota, { by: ['clients'], payload: ({ quota }) => quota }),
  deleteKafkaQuota: remove(WRITES.kafkaQuota.remove, {
    by: ['clients'],
    keys: ({ tenant, entityType, entityName }) => [[tenant, entityType, entityName]],
  }),
  listKafkaQuota: list(kafkaQuota, {
    by: ['boot'],
    pick: ({ tenant }) => ({ parts: [tenant] }),
    reply: (quotas) => ({ quotas }),
  }),

  setKafkaDelegationToken: put(WRITES.kafkaToken, {
    by: ['clients'],
    payload: ({ token }) => token,
  }),
  deleteKafkaDelegationToken: remove(WRITES.kafkaToken.remove, {
    by: ['clients'],
    keys: ({ tenant, tokenId }) => [[tenant, tokenId]],
  }),
  listKafkaDelegationToken: list(kafkaToken, {
    by: ['boot'],
    pick: ({ tenant }) => ({ parts: [tenant] }),
    reply: (tokens) => ({ tokens }),
  }),

  setScramCredential: put(WRITES.kafkaScram, {
    by: ['clients'],
    payload: ({ credential }) => credential,
  }),
  deleteScramCredential: remove(WRITES.kafkaScram.remove, {
    by: ['clients'],
    keys: ({ tenant, user, mechanism }) => [[tenant, user, String(mechanism)]],
  }),
  listScramCredential: list(kafkaScram, {
    by: ['boot'],
    pick: ({ tenant }) => ({ parts: [tenant] }),
    reply: (credentials) => ({ credentials }),
  }),
};
