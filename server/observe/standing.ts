import type { NodeStatus } from '../node/node.ts';
import { findMember } from '../raft/membership/configuration.ts';
import type { Standing } from '../raft/membership/configuration.ts';

/** What a member is in its cluster, as far as it knows; undefined when it is in none. */
export const standingOf = ({
  configuration,
  identity,
}: Pick<NodeStatus, 'configuration' | 'identity'>): Standing | undefined =>
  configuration === undefined || identity === undefined
    ? undefined
    : findMember(configuration, identity.member)?.standing;
