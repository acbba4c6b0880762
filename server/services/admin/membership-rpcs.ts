import type { AdminServiceServer } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { AdminError } from './admin-error.ts';
import { changeMembers } from './change-members.ts';
import { configurationMessage } from './configuration-message.ts';
import * as fields from './fields.ts';
import type { AdminParts } from './parts.ts';
import { unary } from './rpc.ts';
import { wishesOf } from './wish.ts';
import type { Wish } from './wish.ts';

type MembershipRpcs = Pick<
  AdminServiceServer,
  'addLearner' | 'changeMembership' | 'promote' | 'remove'
>;

/** Who belongs to the cluster, and in which standing. */
export function createMembershipRpcs(parts: AdminParts): MembershipRpcs {
  /** For one wish about one member. */
  const changeStanding = async (
    kind: 'promote' | 'remove',
    request: { readonly configurationIndex: number; readonly memberId: number },
  ): Promise<{ configurationIndex: number }> => {
    const expected = fields.configurationIndex(request.configurationIndex);
    const wish: Wish = { kind, member: fields.memberId('member_id', request.memberId) };
    const { index } = await changeMembers(parts, expected, [wish]);
    return { configurationIndex: index };
  };

  return {
    addLearner: unary(parts, 'operator', async (request) => {
      const expected = fields.configurationIndex(request.configurationIndex);
      const directory = fields.directory('directory', request.directory);
      const peerAddress = fields.address('peer_address', request.peerAddress);
      const placed = await changeMembers(parts, expected, [
        { kind: 'add', directory, peerAddress },
      ]);
      const member = placed.configuration.members.find((each) => each.directory === directory);
      if (member !== undefined) return { memberId: member.id, configurationIndex: placed.index };
      throw new AdminError('aborted', `Directory ${directory} was added, and removed at once.`);
    }),

    promote: unary(parts, 'operator', (request) => changeStanding('promote', request)),

    remove: unary(parts, 'operator', (request) => changeStanding('remove', request)),

    changeMembership: unary(parts, 'operator', async (request) => {
      const expected = fields.configurationIndex(request.configurationIndex);
      const placed = await changeMembers(parts, expected, wishesOf(request.changes));
      return { configuration: configurationMessage(parts, placed.index, placed.configuration) };
    }),
  };
}
