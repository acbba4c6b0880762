/** Single changes of members, as the admin API takes them. */
import type { Change } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { PlacedPod } from './picture.ts';

export const addLearner = ({ status, peerAddress }: PlacedPod): Change => ({
  kind: { $case: 'addLearner', value: { directory: status.directory, peerAddress } },
});

export const promote = ({ id }: { readonly id: number }): Change => ({
  kind: { $case: 'promote', value: { memberId: id } },
});

export const remove = ({ id }: { readonly id: number }): Change => ({
  kind: { $case: 'remove', value: { memberId: id } },
});
