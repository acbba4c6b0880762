import { Standing, Trust } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type {
  Configuration as ConfigurationMessage,
  Member as MemberMessage,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Configuration, Member, TimingTrust } from '../../raft/membership/configuration.ts';
import { announcementOf } from './addresses.ts';
import type { AdminParts } from './parts.ts';

type Parts = Pick<AdminParts, 'book' | 'self'>;

const STANDINGS = {
  learner: Standing.LEARNER,
  voter: Standing.VOTER,
  leaving: Standing.LEAVING,
} as const satisfies Record<Member['standing'], Standing>;

const TRUSTS = {
  neither: Trust.NEITHER,
  lease: Trust.LEASE,
  earlyCampaign: Trust.EARLY_CAMPAIGN,
} as const satisfies Record<TimingTrust, Trust>;

/** A configuration on the wire, with what is known of where its members are. */
export const configurationMessage = (
  parts: Parts,
  index: number,
  { members, outgoing, trust }: Configuration,
): ConfigurationMessage => ({
  index,
  members: members.map((member) => memberMessage(parts, member)),
  outgoingVoterIds: outgoing,
  trust: TRUSTS[trust],
});

function memberMessage(parts: Parts, member: Member): MemberMessage {
  const { id, directory, priority, standing } = member;
  const announced = announcementOf(parts, directory);
  return {
    id,
    directory,
    standing: STANDINGS[standing],
    priority,
    peerAddress: announced?.peerAddress ?? '',
    clientAddress: announced?.clientAddress ?? '',
  };
}
