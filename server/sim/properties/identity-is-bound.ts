import type { MemberId } from '../../raft/ids.ts';
import { Violation, type Property } from '../property.ts';

const NAME = 'an identity is bound to its directory';

/**
 * A member acts from one directory for ever, and a directory as one member: who lost its disk is
 * gone, and what comes back on an empty one is somebody else.
 */
export const identityIsBound: Property = {
  name: NAME,
  source: 'design.md §4; KIP-853 (id and directory UUID)',
  watch() {
    const directories = new Map<MemberId, string>();
    const members = new Map<string, MemberId>();
    const lost = new Set<MemberId>();
    return (observation) => {
      if (observation.kind === 'replaced' && observation.by === 'nothing') {
        const member = members.get(observation.directory);
        members.delete(observation.directory);
        if (member !== undefined) lost.add(member);
      }
      if (observation.kind !== 'stepped') return;
      const { actor, member } = observation;
      const { directory } = actor;
      const acted = members.get(directory);
      if (acted === member) return;
      const other = directories.get(member);
      const problem =
        acted !== undefined
          ? `${directory} acts as member ${member}, and acted as member ${acted}`
          : lost.has(member)
            ? `${directory} acts as member ${member}, whose directory was lost`
            : other !== undefined && other !== directory
              ? `${directory} acts as member ${member}, and so did ${other}`
              : undefined;
      if (problem !== undefined) throw new Violation(NAME, problem, [directory]);
      members.set(directory, member);
      directories.set(member, directory);
    };
  },
};
