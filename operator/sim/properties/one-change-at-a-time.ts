import { STANDING } from '../../plan/words.ts';
import { configurationIn } from '../members/group.ts';
import type { Property } from './property.ts';

/** Members come as learners, all in one change; who votes and who goes is changed with nobody waiting. */
export const oneChangeAtATime: Property = {
  name: 'one change at a time',
  judge: (_world, mutation) => {
    if (mutation.kind !== 'change') return undefined;
    const { members, outgoingVoterIds, index } = configurationIn(mutation.group);
    if (outgoingVoterIds.length > 0) return `the configuration of ${index} is joint`;
    if (mutation.group.commit < index) return `the configuration of ${index} is not committed`;
    const adds = mutation.changes.some(({ kind }) => kind?.$case === 'addLearner');
    const learning = members.some(({ standing }) => standing === STANDING.LEARNER);
    return adds && learning ? 'a learner is added while another one learns' : undefined;
  },
};
