import type { NodeStatus } from '../node/node.ts';

/** What a process that was told to join does next. */
export type JoinStep = 'askToBeAdded' | 'askToBePromoted' | 'wait' | 'done';

/**
 * The way from an empty directory to a voter, as far as it has come. Decided from what the member
 * sees of itself, so it is right after a restart, and when an operator has done a step already.
 *
 * @param directory UUID of the data directory.
 */
export function nextJoinStep(
  { phase, configuration, leader }: Pick<NodeStatus, 'phase' | 'configuration' | 'leader'>,
  directory: string,
): JoinStep {
  switch (phase) {
    case 'waiting':
      return 'askToBeAdded';
    case 'opening':
    case 'reopening':
      return 'wait';
    case 'refused':
    case 'broken':
    case 'stopped':
      return 'done';
    case 'running': {
      const own = configuration?.members.find((member) => member.directory === directory);
      const isNew = own?.standing === 'learner' || configuration?.members.length === 0;
      // The leader that added it may be gone before others were told where this member is: none of
      // them can speak to it, so it tells them by asking again, which changes nothing else.
      if (isNew && leader === undefined) return 'askToBeAdded';
      // It has not caught up with the entry that brought it, or is removed: its leader will say.
      if (own === undefined) return 'wait';
      return own.standing === 'learner' ? 'askToBePromoted' : 'done';
    }
  }
}
