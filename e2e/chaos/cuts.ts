/** Silent partitions between a member and all others. */
import { cutOff, type Manner } from '../processes/network.ts';
import type { Fleet, FleetMember } from './fleet.ts';

/** Cuts a member off from the others, not from clients; returns what mends it. */
export function cutOffMember(
  { network, members }: Fleet,
  member: FleetMember,
  manner: Manner,
): () => void {
  const self = member.site.node;
  if (network === undefined || self === undefined) throw new Error('there is nothing to be cut');
  const others = members.flatMap(({ site: { node } }) => (node === self || !node ? [] : [node]));
  return cutOff(network, self, others, manner);
}
