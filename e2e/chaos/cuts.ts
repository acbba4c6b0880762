/** Silent partitions between a member and all others. */
import type { Fleet, FleetMember } from './fleet.ts';

/** Which ways are cut. */
export type Manner = 'both ways' | 'what it sends' | 'what is sent to it';

/** Cuts a member off from the others, not from clients; returns what mends it. */
export function cutOff(
  { network, members }: Fleet,
  member: FleetMember,
  manner: Manner,
): () => void {
  const self = member.site.node;
  if (network === undefined || self === undefined) throw new Error('there is nothing to be cut');
  const others = members.flatMap(({ site: { node } }) => (node === self || !node ? [] : [node]));
  const ways = others.flatMap((other) => [
    ...(manner === 'what is sent to it' ? [] : [[self, other] as const]),
    ...(manner === 'what it sends' ? [] : [[other, self] as const]),
  ]);
  for (const [from, to] of ways) network.cut(from, to);
  return () => {
    for (const [from, to] of ways) network.mend(from, to);
  };
}
